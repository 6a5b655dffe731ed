// npm's web-push, timed: node web_push.mjs OCTETS SECONDS
//
// Encrypts and signs messages of OCTETS for 64 browsers in turn, sends none: what the library does
// before its request. For SECONDS of processor time, after half of that for the compiler to settle.
// Prints   messages <made> cpu_ns <user and system, of all threads>

import { createECDH, randomBytes } from 'node:crypto';
import webPush from 'web-push';

const [octets, seconds] = process.argv.slice(2).map(Number);
const vapid = webPush.generateVAPIDKeys();
const options = {
    TTL: 3600,
    contentEncoding: 'aes128gcm',
    vapidDetails: { subject: 'mailto:push@shop.example', ...vapid },
};
const payload = Buffer.alloc(octets, 'x');
const browsers = Array.from({ length: 64 }, (_, i) => browser(i));

makeFor(seconds / 2);
const { messages, cpuNs } = makeFor(seconds);
console.log(`messages ${messages} cpu_ns ${cpuNs}`);

function browser(i) {
    const keys = createECDH('prime256v1');
    return {
        endpoint: `https://updates.push.services.mozilla.com/wpush/v2/${i}`,
        keys: {
            p256dh: keys.generateKeys().toString('base64url'),
            auth: randomBytes(16).toString('base64url'),
        },
    };
}

function makeFor(duration) {
    const begin = cpuNow();
    const until = begin + duration * 1e9;
    let messages = 0;
    while (cpuNow() < until) {
        for (let i = 0; i < 16; ++i, ++messages) {
            webPush.generateRequestDetails(browsers[messages % browsers.length], payload, options);
        }
    }
    return { messages, cpuNs: cpuNow() - begin };
}

function cpuNow() {
    const { user, system } = process.cpuUsage();
    return (user + system) * 1000;
}
