// Mozilla's push service as Firefox sees it (the autopush WebSocket protocol) and as a sender sees
// it (RFC 8030, by push_endpoint.mjs), in one process on loopback. Endpoints carry the real host's
// name.
//
//   const service = await startAutopush({ tls });
//   service.prefs          Firefox preferences that lead to it
//   service.host, .port    the endpoints' host and where a sender reaches it instead
//   await service.ready()  Firefox has said hello: a subscribe() before that is lost
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import { startPushEndpoint } from '../lib/push_endpoint.mjs';
import { waitFor } from './wait.mjs';

const HOST = 'updates.push.services.mozilla.com';
const PATH = '/wpush/v2/';

export async function startAutopush({ tls }) {
    const channels = new Map(); // token -> { id, agent, key, gone }
    const sockets = new Map(); // user agent id -> its WebSocket
    const unacked = new Map(); // version -> { agent, update }
    const forgotten = new Set(); // user agent ids that are not known any more
    let lastUpdate;

    const endpoint = await startPushEndpoint({
        tls,
        boundKey: (path) => channels.get(tokenOf(path))?.key,
        answer: (message) => {
            const channel = channels.get(tokenOf(message.path));
            if (!channel) {
                return { status: 404 };
            }
            return channel.gone ? { status: 410 } : undefined;
        },
        onMessage: (message) => {
            if (message.status === 201) {
                deliver(channels.get(tokenOf(message.path)), message.body);
            }
        },
    });

    function deliver(channel, body) {
        const content =
            body.length > 0
                ? { data: body.toString('base64url'), headers: { encoding: 'aes128gcm' } }
                : {};
        lastUpdate = {
            agent: channel.agent,
            update: { messageType: 'notification', channelID: channel.id, ...content },
        };
        push(lastUpdate);
    }

    // Firefox drops a version that it has seen: each copy gets a new one.
    function push({ agent, update }) {
        const version = randomUUID();
        const copy = { ...update, version };
        unacked.set(version, { agent, update: copy });
        send(sockets.get(agent), copy);
    }

    function serveBrowser(socket) {
        let agent;
        const handlers = {
            hello(message) {
                const isKnown = message.uaid && !forgotten.has(message.uaid);
                agent = isKnown ? message.uaid : randomBytes(16).toString('hex');
                sockets.set(agent, socket);
                // Without use_webpush Firefox falls back to notices without content.
                send(socket, {
                    messageType: 'hello',
                    uaid: agent,
                    status: 200,
                    use_webpush: true,
                    broadcasts: {},
                });
                for (const waiting of unacked.values()) {
                    if (waiting.agent === agent) {
                        send(socket, waiting.update);
                    }
                }
            },
            register({ channelID, key }) {
                const token = randomBytes(24).toString('base64url');
                channels.set(token, {
                    id: channelID,
                    agent,
                    key: key?.replace(/=+$/, ''),
                    gone: false,
                });
                send(socket, {
                    messageType: 'register',
                    channelID,
                    status: 200,
                    pushEndpoint: `https://${HOST}${PATH}${token}`,
                });
            },
            unregister({ channelID }) {
                for (const channel of channels.values()) {
                    if (channel.id === channelID) {
                        channel.gone = true;
                    }
                }
                send(socket, { messageType: 'unregister', channelID, status: 200 });
            },
            ack({ updates }) {
                updates.forEach(({ version }) => unacked.delete(version));
            },
            nack({ version }) {
                unacked.delete(version);
            },
        };
        socket.on('error', () => {});
        socket.on('message', (data) => {
            const message = JSON.parse(data);
            const isPing = Object.keys(message).length === 0;
            if (isPing) {
                return send(socket, {});
            }
            return handlers[message.messageType]?.(message);
        });
    }

    const server = createServer();
    const webSockets = new WebSocketServer({ server, perMessageDeflate: false });
    webSockets.on('connection', serveBrowser);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');

    return {
        host: HOST,
        port: endpoint.port,
        messages: endpoint.messages,
        prefs: {
            'dom.push.serverURL': `ws://127.0.0.1:${server.address().port}/`,
            'dom.push.testing.allowInsecureServerURL': true,
            'dom.push.connection.enabled': true, // a remote agent would switch it off
            'dom.push.retryBaseInterval': 200,
        },
        ready: () => waitFor(() => sockets.size > 0, 'Firefox at its push service', 20_000),
        repeat: () => push(lastUpdate),
        // Loses what it knew of the browser, as the real one has done: the browser, told so by
        // another user agent id, drops its subscriptions.
        forget() {
            for (const [agent, socket] of sockets) {
                forgotten.add(agent);
                socket.terminate();
            }
            for (const channel of channels.values()) {
                channel.gone = true;
            }
        },
        async close() {
            for (const socket of webSockets.clients) {
                socket.terminate();
            }
            webSockets.close();
            server.close();
            await endpoint.close();
        },
    };
}

function tokenOf(path) {
    return path.startsWith(PATH) ? path.slice(PATH.length) : '';
}

function send(socket, message) {
    if (socket?.readyState === 1) {
        socket.send(JSON.stringify(message));
    }
}
