// Commands with numbered answers over a WebSocket: what WebDriver BiDi and Chrome's DevTools
// protocol have in common.
import WebSocket from 'ws';
import { waitFor } from './wait.mjs';

// browser: the process; connecting is given up when it has ended.
export async function connectSocket(url, browser) {
    const socket = await waitFor(
        () => {
            if (!browser.running) {
                throw new Error('the browser ended before it could be connected to');
            }
            return open(url);
        },
        'the browser to take commands',
        30_000,
    );

    let count = 0;
    const pending = new Map();
    const listeners = new Map(); // event -> what it is told to
    socket.on('message', (data) => {
        const answer = JSON.parse(data);
        const caller = pending.get(answer.id);
        if (!caller) {
            return listeners.get(answer.method)?.(answer.params);
        }
        pending.delete(answer.id);
        return answer.error
            ? caller.reject(
                  new Error(`${caller.method}: ${answer.message ?? answer.error.message}`),
              )
            : caller.resolve(answer.result);
    });
    socket.on('close', () => {
        for (const { reject, method } of pending.values()) {
            reject(new Error(`${method}: connection closed`));
        }
    });

    return {
        command(method, params = {}, more = {}) {
            return new Promise((resolve, reject) => {
                pending.set(++count, { resolve, reject, method });
                socket.send(JSON.stringify({ id: count, method, params, ...more }));
            });
        },
        on: (event, listener) => listeners.set(event, listener),
        close: () => socket.terminate(),
    };
}

// null when nobody listens yet.
function open(url) {
    return new Promise((resolve) => {
        const socket = new WebSocket(url, { perMessageDeflate: false });
        socket.once('open', () => resolve(socket));
        socket.once('error', () => resolve(null));
    });
}
