// A browser with its push service, for tests in other languages:
//
//   node driver.mjs --browser firefox|chromium --folder DIR --origin ORIGIN --socket PATH
//       [--argument CHROMIUM_ARGUMENT ...]
//
// Listens on a Unix socket. A request is a line {"do":<command>,...}, its answer a line
// {"value":..} or {"error":..}. The commands are below. Ends, with the browser, when the connection
// does.
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';
import { startAutopush } from './autopush.mjs';
import { makeCertificate } from './certificate.mjs';
import { startChromium } from './chromium.mjs';
import { startFcm } from './fcm.mjs';
import { startFirefox } from './firefox.mjs';

const { values: option } = parseArgs({
    options: {
        browser: { type: 'string' },
        folder: { type: 'string' },
        origin: { type: 'string' },
        socket: { type: 'string' },
        argument: { type: 'string', multiple: true, default: [] },
    },
});

const tls = makeCertificate(option.folder);
let push;
let browser;
if (option.browser === 'firefox') {
    push = await startAutopush({ tls });
    browser = await startFirefox({ folder: option.folder, prefs: push.prefs });
    await push.ready();
} else {
    push = await startFcm({ tls });
    browser = await startChromium({
        folder: option.folder,
        args: [...push.args, ...option.argument],
        origins: [option.origin],
    });
}

const commands = {
    push_service: () => ({ host: push.host, port: push.port, ca: tls.certFile }),
    pushed: () => push.messages.length,
    repeat_push: () => push.repeat(), // the last message, as if its arrival had not been noticed
    forget_browser: () => push.forget(),
    permit: ({ what, allowed }) => browser.permit(what, allowed),
    push: (message) => browser.push(message),
    visit: ({ url }) => browser.visit(url),
    evaluate: ({ script }) => browser.evaluate(script),
    evaluate_in_worker: (what) => browser.evaluateInWorker(what),
    text: ({ path }) => browser.text(path),
    click: ({ path }) => browser.click(path),
    press: ({ key }) => browser.press(key),
    pages: () => browser.pages(),
    notifications: () => browser.notifications(),
    click_notification: ({ notification, button }) =>
        browser.clickNotification(notification, button),
    dismiss_notification: ({ notification }) => browser.dismissNotification(notification),
    look: (how) => browser.look(how),
    screenshot: async ({ file }) => writeFileSync(file, await browser.screenshot(), 'base64'),
};

async function answer(line) {
    try {
        const request = JSON.parse(line);
        return { value: (await commands[request.do](request)) ?? null };
    } catch (error) {
        return { error: error.message };
    }
}

async function end() {
    await browser.close();
    await push.close();
    process.exit(0);
}

const server = createServer(async (connection) => {
    connection.on('error', () => {});
    for await (const line of createInterface({ input: connection })) {
        connection.write(`${JSON.stringify(await answer(line))}\n`);
    }
    await end();
});
server.listen(option.socket);
process.once('SIGTERM', end);
