// Other senders of npm, timed their whole way: node senders.mjs SENDER URL OCTETS SECONDS
//
// SENDER encrypts, signs and posts messages of OCTETS to URL?n=... for 64 browsers in turn, so many at
// once as a push service allows on a connection, each as its manual says and over the best transport
// that it can have. For SECONDS of processor time, after half of that for the compiler to settle.
// Prints   messages <accepted> cpu_ns <user and system, of all threads>
// The server's certificate is believed by NODE_EXTRA_CA_CERTS.

import { createECDH, randomBytes, webcrypto } from 'node:crypto';
import { connect } from 'node:http2';
import { Agent } from 'node:https';

const AT_ONCE = 100;
const SUBJECT = 'mailto:push@shop.example';
globalThis.crypto ??= webcrypto;    // Node.js 18 has it under another name

const senders = { 'web-push': webPush, pushforge };
const [name, url, ...numbers] = process.argv.slice(2);
const [octets, seconds] = numbers.map(Number);
const browsers = Array.from({ length: 64 }, (_, i) => browser(i));
const sender = await senders[name]();

await sendFor(seconds / 2);
const { messages, cpuNs } = await sendFor(seconds);
console.log(`messages ${messages} cpu_ns ${cpuNs}`);
sender.close();

// HTTP/1.1 is all that it knows; its connections are kept.
async function webPush() {
    const { default: library } = await import('web-push');
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
    const payload = Buffer.alloc(octets, 'x');
    const vapidDetails = { subject: SUBJECT, ...library.generateVAPIDKeys() };
    const options = { TTL: 3600, contentEncoding: 'aes128gcm', vapidDetails, agent };
    return {
        send: async (subscription) =>
            (await library.sendNotification(subscription, payload, options)).statusCode,
        close: () => agent.destroy(),
    };
}

// It makes requests and leaves sending to others: Node.js's own HTTP/2, on one connection.
async function pushforge() {
    const { buildPushHTTPRequest } = await import('@pushforge/builder');
    const { privateKey } = await crypto.subtle.generateKey(
        { name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
    const privateJWK = await crypto.subtle.exportKey('jwk', privateKey);
    const message = { payload: { body: 'x'.repeat(octets - 11) }, options: { ttl: 3600 }, adminContact: SUBJECT };
    const session = connect(new URL(url).origin);
    return {
        send: async (subscription) => {
            const { headers, body } = await buildPushHTTPRequest({ privateJWK, subscription, message });
            return post(session, subscription.endpoint, headers, body);
        },
        close: () => session.close(),
    };
}

function post(session, endpoint, headers, body) {
    const { pathname, search } = new URL(endpoint);
    return new Promise((resolve, reject) => {
        const request = session.request({
            ':method': 'POST', ':path': pathname + search, ...Object.fromEntries(new Headers(headers)),
        });
        let status;
        request.on('response', (answer) => { status = answer[':status']; });
        request.on('end', () => resolve(status)).on('error', reject);
        request.resume();
        request.end(Buffer.from(body));
    });
}

function browser(i) {
    const keys = createECDH('prime256v1');
    return {
        endpoint: `${url}?n=${i}`,
        keys: {
            p256dh: keys.generateKeys().toString('base64url'),
            auth: randomBytes(16).toString('base64url'),
        },
    };
}

async function sendFor(duration) {
    const begin = cpuNow();
    const until = begin + duration * 1e9;
    let messages = 0;
    const sendOn = async () => {
        while (cpuNow() < until) {
            const status = await sender.send(browsers[messages++ % browsers.length]);
            if (status !== 201) { throw new Error(`status ${status}`); }
        }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, sendOn));
    return { messages, cpuNs: cpuNow() - begin };
}

function cpuNow() {
    const { user, system } = process.cpuUsage();
    return (user + system) * 1000;
}
