// A push service for tests: HTTP/2 and HTTP/1.1 over TLS, strict about what RFC 8030, 8188, 8291
// and 8292 ask of an application server, scriptable in what it answers.
//
//   const service = await startPushEndpoint({ tls: { key, cert }, onMessage, answer });
//   service.port, service.messages, await service.close()
//
// Every POST becomes a message: { n, time, http, connection, resumed (its TLS session), authority, path,
// headers, body (Buffer), vapid: { aud, exp, sub, k } | null, refused: null | { status, reason },
// status, action }.
import { createSecureServer, constants } from 'node:http2';
import { createServer } from 'node:https';
import { vapidRefusal } from './vapid_check.mjs';

const MAX_BODY = 4096; // RFC 8030 section 7.2
const URGENCIES = new Set(['very-low', 'low', 'normal', 'high']);

// tls        { key, cert } in PEM
// host, port where to listen; port 0 takes a free one
// http1Only  offer no h2 by ALPN
// maxStreams SETTINGS_MAX_CONCURRENT_STREAMS
// boundKey   (path) => the application server key (base64url) that the subscription was made with,
//            or undefined when any will do
// answer     (message) => undefined for 201, or { status, headers, body, delay } (delay in ms), or
//            { action: 'reset' | 'goaway' | 'destroy' | 'hang' }; may be async. Not asked about
//            what the service itself refuses.
// onMessage  (message) => called when its answer is decided, before it is sent; may be async
export async function startPushEndpoint({
    tls, host = '127.0.0.1', port = 0, http1Only = false, maxStreams = 100,
    boundKey = () => undefined, answer = () => undefined, onMessage = () => undefined,
}) {
    const messages = [];
    const sockets = new Set();
    const connections = new Map();  // h2 session or h1 socket -> number
    const server = http1Only
        ? createServer({ ...tls, ALPNProtocols: ['http/1.1'] })
        : createSecureServer({ ...tls, allowHTTP1: true, settings: { maxConcurrentStreams: maxStreams } });

    server.on('secureConnection', (socket) => {
        sockets.add(socket);
        socket.on('error', () => {});
    });
    server.on('sessionError', () => {});
    server.on('tlsClientError', () => {});
    server.on('request', (request, response) => {
        request.on('error', () => {});
        response.on('error', () => {});
        serve(request, response).catch((error) => {
            process.stderr.write(`push endpoint: ${error.stack}\n`);
            drop(request);
        });
    });

    async function serve(request, response) {
        const message = await receive(request);
        message.n = messages.push(message);
        const reply = message.refused
            ? { status: message.refused.status, body: problem(message.refused) }
            : (await answer(message)) ?? { status: 201 };
        message.status = reply.action ? 0 : reply.status;
        message.action = reply.action ?? null;
        await onMessage(message);
        perform(reply, message, request, response);
    }

    async function receive(request) {
        const body = await readBody(request);
        const message = {
            time: Date.now() / 1000,
            http: request.httpVersion,
            connection: numberOf(request.stream?.session ?? request.socket),
            resumed: (request.stream?.session.socket ?? request.socket).isSessionReused(),
            authority: request.authority ?? request.headers[':authority'] ?? request.headers.host ?? '',
            method: request.method,
            path: request.url,
            headers: { ...request.headers },
            body,
            vapid: null,
        };
        message.refused = refusal(message, boundKey(message.path));
        return message;
    }

    function numberOf(carrier) {
        if (!connections.has(carrier)) { connections.set(carrier, connections.size + 1); }
        return connections.get(carrier);
    }

    await new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, resolve);
    });
    return {
        host,
        port: server.address().port,
        messages,
        async close() {
            for (const socket of sockets) { socket.destroy(); }
            await new Promise((resolve) => server.close(resolve));
        },
    };
}

// null when the request is one that a push service must take.
function refusal(message, boundKey) {
    return methodRefusal(message) ?? headerRefusal(message.headers)
        ?? vapidRefusal(message, boundKey) ?? bodyRefusal(message);
}

function methodRefusal({ method }) {
    return method === 'POST' ? null : { status: 405, reason: 'method' };
}

function headerRefusal(headers) {
    if (!/^[0-9]{1,10}$/.test(headers.ttl ?? '')) { return bad('ttl'); }
    if (headers.urgency !== undefined && !URGENCIES.has(headers.urgency)) { return bad('urgency'); }
    if (headers.topic !== undefined && !/^[A-Za-z0-9_-]{1,32}$/.test(headers.topic)) { return bad('topic'); }
    if (headers['crypto-key'] !== undefined || headers.encryption !== undefined) { return bad('legacy-headers'); }
    return null;
}

function bodyRefusal({ headers, body, vapid }) {
    if (body.length > MAX_BODY) { return { status: 413, reason: 'size' }; }
    if (body.length === 0) { return null; }
    if (headers['content-encoding'] !== 'aes128gcm') { return bad('content-encoding'); }
    return codingRefusal(body, vapid);
}

// The header of RFC 8188 section 2.1 with RFC 8291's rules: one record, a key id of 65 octets, which
// must not be the signing key (RFC 8292 section 3.2).
function codingRefusal(body, vapid) {
    if (body.length < 103 || body[20] !== 65 || body[21] !== 4) { return bad('coding-header'); }
    const recordSize = body.readUInt32BE(16);
    if (recordSize < 18 || body.length - 86 > recordSize) { return bad('record-size'); }
    if (body.subarray(21, 86).toString('base64url') === vapid.k) { return bad('key-reuse'); }
    return null;
}

function bad(reason) {
    return { status: 400, reason };
}

function problem({ reason }) {
    return JSON.stringify({ reason });
}

// Like real services, reads a little more than it takes, so that 413 can be answered.
async function readBody(request) {
    const chunks = [];
    for await (const chunk of request) { chunks.push(chunk); }
    return Buffer.concat(chunks);
}

function perform(reply, message, request, response) {
    switch (reply.action) {
    case undefined: return later(reply.delay, () => respond(reply, message, response));
    case 'reset': return reset(request);
    case 'goaway': return goaway(request);
    case 'destroy': return drop(request);
    case 'hang': return undefined;
    default: throw new Error(`unknown action ${reply.action}`);
    }
}

function later(delay, task) {
    if (delay) { setTimeout(task, delay); } else { task(); }
}

function respond({ status, headers = {}, body = '' }, message, response) {
    if (response.stream?.destroyed || response.writableEnded) { return; }
    const standard = status === 201
        ? { location: `https://${message.authority}/m/${message.n}`, ttl: message.headers.ttl }
        : {};
    response.writeHead(status, { ...standard, ...headers });
    response.end(body);
}

function reset(request) {
    if (request.stream?.close) { request.stream.close(constants.NGHTTP2_REFUSED_STREAM); } else { drop(request); }
}

// GOAWAY naming no stream as processed: whatever is open may be sent again elsewhere.
function goaway(request) {
    const session = request.stream?.session;
    if (!session) { return drop(request); }
    session.goaway(constants.NGHTTP2_NO_ERROR, 0);
    setTimeout(() => session.destroy(), 50);
}

function drop(request) {
    const session = request.stream?.session;
    if (session) { session.destroy(); } else { request.socket.destroy(); }
}
