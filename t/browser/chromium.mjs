// Stock Chromium, headless, driven over Chrome's DevTools protocol; its notifications go to the
// desktop of desktop.mjs and are clicked there.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { startDesktop } from './desktop.mjs';
import { centreOf, textOf } from './page_scripts.mjs';
import { startProgram } from './program.mjs';
import { connectSocket } from './socket_client.mjs';
import { waitFor } from './wait.mjs';

const ALLOWED = 1;

// origins: may show notifications, as if the visitor had allowed it
export async function startChromium({ folder, args = [], origins }) {
    const profile = `${folder}/chromium`;
    allowNotifications(profile, origins);
    const desktop = await startDesktop(folder);
    const program = startProgram({
        name: 'chromium',
        folder: profile,
        command: [
            process.env.CHROMIUM ?? 'chromium',
            '--headless=new',
            '--no-sandbox',
            '--disable-gpu',
            '--no-first-run',
            '--no-default-browser-check',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
            '--disable-default-apps',
            '--disable-breakpad',
            '--disable-extensions',
            '--password-store=basic',
            `--user-data-dir=${profile}`,
            '--remote-debugging-port=0',
            '--proxy-server=http://127.0.0.1:9',
            '--proxy-bypass-list=127.0.0.1', // nothing goes out
            ...args,
            'about:blank',
        ],
        env: desktop.env,
    });
    const cdp = await connectSocket(await debuggerUrl(profile), program);
    const { targetInfos } = await cdp.command('Target.getTargets');
    const { targetId } = targetInfos.find(({ type }) => type === 'page');
    const { sessionId } = await cdp.command('Target.attachToTarget', { targetId, flatten: true });
    const chromium = new Chromium(program, desktop, cdp, sessionId);
    await chromium.listen();
    return chromium;
}

class Chromium {
    #program;
    #desktop;
    #cdp;
    #session;
    #workerSession;
    #workers = new Map(); // scope -> registration

    constructor(program, desktop, cdp, session) {
        this.#program = program;
        this.#desktop = desktop;
        this.#cdp = cdp;
        this.#session = session;
    }

    async visit(url) {
        let loaded = false;
        this.#cdp.on('Page.loadEventFired', () => {
            loaded = true;
        });
        await this.#command('Page.navigate', { url });
        await waitFor(() => loaded, `${url} to load`);
    }

    evaluate(expression) {
        return this.#evaluateIn(this.#session, expression);
    }

    // In the service worker of this scope, which is not stopped any more once this was called.
    async evaluateInWorker({ scope, script }) {
        this.#workerSession ??= await this.#attachToWorker(scope);
        return this.#evaluateIn(this.#workerSession, script);
    }

    async #attachToWorker(scope) {
        await this.#command('ServiceWorker.startWorker', { scopeURL: scope });
        const { targetId } = await waitFor(async () => {
            const { targetInfos } = await this.#cdp.command('Target.getTargets');
            return targetInfos.find(
                ({ type, url }) => type === 'service_worker' && url.startsWith(scope),
            );
        }, `the running worker of ${scope}`);
        const { sessionId } = await this.#cdp.command('Target.attachToTarget', {
            targetId,
            flatten: true,
        });
        return sessionId;
    }

    async #evaluateIn(sessionId, expression) {
        const { result, exceptionDetails } = await this.#cdp.command(
            'Runtime.evaluate',
            { expression, awaitPromise: true, returnByValue: true },
            { sessionId },
        );
        if (exceptionDetails) {
            throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
        }
        return result.value ?? null;
    }

    // A trusted click with the mouse.
    async click(path) {
        const [x, y] = JSON.parse(
            await waitFor(() => this.evaluate(centreOf(path)), `${path} to click`),
        );
        for (const type of ['mousePressed', 'mouseReleased']) {
            await this.#command('Input.dispatchMouseEvent', {
                type,
                x,
                y,
                button: 'left',
                clickCount: 1,
            });
        }
    }

    async press(key) {
        const event = { key, code: key, windowsVirtualKeyCode: { Escape: 27, Tab: 9 }[key] };
        await this.#command('Input.dispatchKeyEvent', { type: 'keyDown', ...event });
        await this.#command('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
    }

    text(path) {
        return this.evaluate(textOf(path));
    }

    async pages() {
        const { targetInfos } = await this.#cdp.command('Target.getTargets');
        return targetInfos.filter(({ type }) => type === 'page').map(({ url }) => url);
    }

    notifications() {
        return this.#desktop.shown();
    }

    // button: its label; without one the notification itself
    clickNotification({ id, actions }, button) {
        this.#desktop.invoke(id, button ? actions[button] : 'default');
    }

    dismissNotification({ id }) {
        this.#desktop.dismiss(id);
    }

    async listen() {
        await this.#command('Page.enable');
        this.#cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
            for (const { scopeURL, registrationId } of registrations) {
                this.#workers.set(scopeURL, registrationId);
            }
        });
        await this.#command('ServiceWorker.enable');
    }

    // What the visitor decides in the browser's own settings: on their page, as DevTools would only
    // cover up what is set there.
    async permit(what, allowed) {
        const origin = await this.evaluate('location.origin');
        const setting = allowed ? 'allow' : 'block';
        const settings = await this.#cdp.command('Target.createTarget', {
            url: 'chrome://settings/content/notifications',
        });
        const { sessionId } = await this.#cdp.command('Target.attachToTarget', {
            targetId: settings.targetId,
            flatten: true,
        });
        const expression = `chrome.send('setOriginPermissions', ${JSON.stringify([origin, what, setting])})`;
        await waitFor(
            () =>
                this.#cdp
                    .command('Runtime.evaluate', { expression }, { sessionId })
                    .then(({ exceptionDetails }) => !exceptionDetails),
            'the settings page',
        );
        await this.#cdp.command('Target.closeTarget', { targetId: settings.targetId });
    }

    // A push event with this text, without any push service.
    async push({ scope, data }) {
        const registrationId = await waitFor(
            () => this.#workers.get(scope),
            `the worker of ${scope}`,
        );
        await this.#command('ServiceWorker.deliverPushMessage', {
            origin: new URL(scope).origin,
            registrationId,
            data,
        });
    }

    // scheme: 'light' | 'dark'
    async look({ width, height, scheme, phone = false }) {
        await this.#command('Page.bringToFront');
        await this.#command('Emulation.setEmulatedMedia', {
            features: [{ name: 'prefers-color-scheme', value: scheme }],
        });
        await this.#command('Emulation.setDeviceMetricsOverride', {
            width,
            height,
            deviceScaleFactor: phone ? 2 : 1,
            mobile: phone,
        });
    }

    async screenshot() {
        return (await this.#command('Page.captureScreenshot', { format: 'png' })).data;
    }

    async close() {
        this.#cdp.close();
        await this.#program.stop();
        await this.#desktop.close();
    }

    #command(method, params) {
        return this.#cdp.command(method, params, { sessionId: this.#session });
    }
}

function allowNotifications(profile, origins) {
    const allowed = origins.map((origin) => [
        `${origin},*`,
        { setting: ALLOWED, last_modified: '13300000000000000' },
    ]);
    mkdirSync(`${profile}/Default`, { recursive: true });
    writeFileSync(
        `${profile}/Default/Preferences`,
        JSON.stringify({
            profile: {
                content_settings: { exceptions: { notifications: Object.fromEntries(allowed) } },
            },
        }),
    );
}

async function debuggerUrl(profile) {
    const file = `${profile}/DevToolsActivePort`;
    const [port, path] = await waitFor(
        () => {
            const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
            return lines.length > 1 && lines;
        },
        'Chromium to start',
        30_000,
    );
    return `ws://127.0.0.1:${port}${path}`;
}
