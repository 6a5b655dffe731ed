// Google's push service as Chromium sees it (check-in, registration, the MCS stream) and as a
// sender sees it (RFC 8030, by push_endpoint.mjs), in one process on loopback. Message and field
// numbers are those of Chromium's checkin.proto and mcs.proto.
//
//   const service = await startFcm({ tls });
//   service.args           command line of a Chromium that uses it
//   service.host, .port    the endpoints' host and where a sender reaches it instead
import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:tls';
import { startPushEndpoint } from '../lib/push_endpoint.mjs';
import { bytes, fixed64, integer, readVarint, values, varint } from './protobuf.mjs';

const HOST = 'jmt17.google.com'; // of Chromium; Google's own builds use fcm.googleapis.com
const PATH = '/fcm/send/';
const TAG = { heartbeatPing: 0, heartbeatAck: 1, loginRequest: 2, loginResponse: 3, data: 8 };
const MCS_VERSION = 41;

export async function startFcm({ tls }) {
    const registrations = new Map(); // token -> { app, subtype, sender, gone }
    const unacked = new Map(); // persistent id -> stanza
    let stream = null; // the browser's, once logged in
    let lastMessage;

    const endpoint = await startPushEndpoint({
        tls,
        boundKey: (path) => registrations.get(tokenOf(path))?.sender,
        answer: (message) => {
            const registration = registrations.get(tokenOf(message.path));
            if (!registration) {
                return { status: 404 };
            }
            return registration.gone ? { status: 410 } : undefined;
        },
        onMessage: (message) => {
            if (message.status !== 201) {
                return;
            }
            lastMessage = {
                registration: registrations.get(tokenOf(message.path)),
                body: message.body,
            };
            push(lastMessage);
        },
    });

    function push({ registration, body }) {
        const id = `0:${randomBytes(12).toString('hex')}`;
        unacked.set(id, dataStanza(id, registration, body));
        stream?.write(frame(TAG.data, unacked.get(id)));
    }

    function register(form) {
        if (form.get('delete')) {
            for (const registration of registrations.values()) {
                if (registration.subtype === form.get('X-subtype')) {
                    registration.gone = true;
                }
            }
            return `token=${form.get('app')}`;
        }
        const token = [8, 60].map((n) => randomBytes(n).toString('base64url')).join(':');
        registrations.set(token, {
            app: form.get('app'),
            subtype: form.get('X-subtype'),
            sender: form.get('sender'),
            gone: false,
        });
        return `token=${token}`;
    }

    function serveStream(socket) {
        let buffer = Buffer.alloc(0);
        let greeted = false;
        socket.on('error', () => {});
        socket.on('close', () => {
            if (stream === socket) {
                stream = null;
            }
        });
        socket.on('data', (chunk) => {
            buffer = Buffer.concat([buffer, chunk]);
            if (!greeted) {
                greeted = true;
                buffer = buffer.subarray(1); // the client's version
                socket.write(Buffer.from([MCS_VERSION]));
            }
            for (let read = readFrame(buffer); read; read = readFrame(buffer)) {
                buffer = read.rest;
                serveFrame(socket, read);
            }
        });
    }

    function serveFrame(socket, { tag, message }) {
        if (tag === TAG.heartbeatPing) {
            socket.write(frame(TAG.heartbeatAck, Buffer.alloc(0)));
        } else if (tag === TAG.loginRequest) {
            for (const received of values(message, 10)) {
                unacked.delete(received.toString());
            }
            stream = socket;
            socket.write(
                frame(
                    TAG.loginResponse,
                    Buffer.concat([bytes(1, 'login-1'), integer(8, Date.now())]),
                ),
            );
            for (const stanza of unacked.values()) {
                socket.write(frame(TAG.data, stanza));
            }
        }
    }

    const androidId = BigInt(`0x${randomBytes(7).toString('hex')}`);
    const web = createServer(async (request, response) => {
        const body = await text(request);
        response.end(
            request.url === '/checkin' ? checkin(androidId) : register(new URLSearchParams(body)),
        );
    });
    const mcs = createTlsServer({ ...tls, minVersion: 'TLSv1.2' }, serveStream);
    const [webPort, mcsPort] = await Promise.all([web, mcs].map(listen));

    return {
        host: HOST,
        port: endpoint.port,
        messages: endpoint.messages,
        args: [
            `--gcm-checkin-url=http://127.0.0.1:${webPort}/checkin`,
            `--gcm-registration-url=http://127.0.0.1:${webPort}/register`,
            `--gcm-mcs-endpoint=https://127.0.0.1:${mcsPort}`,
            `--ignore-certificate-errors-spki-list=${spkiHash(tls.cert)}`,
        ],
        repeat: () => push(lastMessage),
        async close() {
            stream?.destroy();
            mcs.close();
            web.closeAllConnections();
            web.close();
            await endpoint.close();
        },
    };
}

function tokenOf(path) {
    return path.startsWith(PATH) ? decodeURIComponent(path.slice(PATH.length)) : '';
}

// AndroidCheckinResponse
function checkin(androidId) {
    return Buffer.concat([
        integer(1, 1),
        integer(3, Date.now()),
        fixed64(7, androidId),
        fixed64(8, 1234567890123n),
        bytes(11, 'v1'),
    ]);
}

// DataMessageStanza
function dataStanza(id, { app, subtype, sender }, body) {
    const appData = (key, value) => bytes(7, Buffer.concat([bytes(1, key), bytes(2, value)]));
    const content =
        body.length > 0 ? [appData('content-encoding', 'aes128gcm'), bytes(21, body)] : [];
    return Buffer.concat([
        bytes(2, id),
        bytes(3, sender),
        bytes(5, app),
        appData('subtype', subtype),
        bytes(9, id),
        integer(17, 3600),
        integer(18, Date.now()),
        ...content,
    ]);
}

function frame(tag, message) {
    return Buffer.concat([Buffer.from([tag]), varint(message.length), message]);
}

// { tag, message, rest } of a whole frame, or null.
function readFrame(buffer) {
    const length = buffer.length > 1 ? readVarint(buffer, 1) : null;
    if (!length || buffer.length < length[1] + length[0]) {
        return null;
    }
    const [size, start] = length;
    return {
        tag: buffer[0],
        message: buffer.subarray(start, start + size),
        rest: buffer.subarray(start + size),
    };
}

async function text(request) {
    const chunks = [];
    for await (const chunk of request) {
        chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString();
}

async function listen(server) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return server.address().port;
}

function spkiHash(certificate) {
    const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
    return createHash('sha256').update(key).digest('base64');
}
