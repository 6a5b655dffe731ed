// Stock Firefox, headless, driven over WebDriver BiDi. Its notifications are windows of its own (no
// desktop is needed), which are read and clicked in its chrome scope. What it has in common with
// chromium.mjs is called the same.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { startProgram } from './program.mjs';
import { centreOf, textOf } from './page_scripts.mjs';
import { connectSocket } from './socket_client.mjs';
import { waitFor } from './wait.mjs';

const preferences = {
    'permissions.default.desktop-notification': 1, // granted, as if the visitor had allowed it
    'alerts.useSystemBackend': false, // there is no desktop: Firefox shows them itself
    'dom.webnotifications.disable_open_click_delay': 10_000, // ms after a click to open a window
    'network.manage-offline-status': false, // nothing but loopback is not "offline"
    // Thumbnails load the page a second time, hidden, with a subscription of its own.
    'browser.pagethumbnails.capturing_disabled': true,
    'browser.newtabpage.activity-stream.feeds.topsites': false,
    'browser.newtabpage.activity-stream.feeds.system.topsites': false,
    // Quiet at start, and nothing goes out: all but loopback meets a dead proxy.
    'browser.shell.checkDefaultBrowser': false,
    'browser.aboutwelcome.enabled': false,
    'browser.startup.homepage_override.mstone': 'ignore',
    'browser.startup.page': 0,
    'browser.newtabpage.enabled': false,
    'termsofuse.bypassNotification': true,
    'datareporting.policy.dataSubmissionEnabled': false,
    'toolkit.telemetry.server': '',
    'app.normandy.enabled': false,
    'app.update.disabledForTesting': true,
    'extensions.update.enabled': false,
    'extensions.getAddons.cache.enabled': false,
    'browser.safebrowsing.update.enabled': false,
    'browser.region.network.url': '',
    'browser.search.update': false,
    'network.captive-portal-service.enabled': false,
    'network.connectivity-service.enabled': false,
    'network.proxy.type': 1,
    'network.proxy.http': '127.0.0.1',
    'network.proxy.http_port': 9,
    'network.proxy.ssl': '127.0.0.1',
    'network.proxy.ssl_port': 9,
    'network.proxy.no_proxies_on': 'localhost, 127.0.0.1',
    'network.proxy.failover_direct': false,
};

export async function startFirefox({ folder, prefs }) {
    const profile = `${folder}/firefox`;
    mkdirSync(profile);
    const lines = Object.entries({ ...preferences, ...prefs }).map(
        ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
    );
    writeFileSync(`${profile}/user.js`, lines.join(''));
    const port = await freePort();
    const program = startProgram({
        name: 'firefox',
        folder: profile,
        command: [
            process.env.FIREFOX ?? 'firefox-esr',
            '--headless',
            '--no-remote',
            '--profile',
            profile,
            `--remote-debugging-port=${port}`,
            '--remote-allow-system-access',
        ],
        env: { MOZ_CRASHREPORTER_DISABLE: '1', DBUS_SESSION_BUS_ADDRESS: 'disabled:' },
    });
    const bidi = await connectSocket(`ws://127.0.0.1:${port}/session`, program);
    await bidi.command('session.new', { capabilities: {} });
    return new Firefox(program, bidi, (await contexts(bidi))[0].context);
}

class Firefox {
    #program;
    #bidi;
    #page;

    constructor(program, bidi, page) {
        this.#program = program;
        this.#bidi = bidi;
        this.#page = page;
    }

    async visit(url) {
        await this.#bidi.command('browsingContext.navigate', {
            context: this.#page,
            url,
            wait: 'complete',
        });
    }

    evaluate(script) {
        return this.#evaluateIn(this.#page, script);
    }

    // A trusted click with the mouse.
    async click(path) {
        const [x, y] = JSON.parse(
            await waitFor(() => this.evaluate(centreOf(path)), `${path} to click`),
        );
        await this.#perform({
            type: 'pointer',
            id: 'mouse',
            actions: [
                { type: 'pointerMove', x: Math.round(x), y: Math.round(y) },
                { type: 'pointerDown', button: 0 },
                { type: 'pointerUp', button: 0 },
            ],
        });
    }

    text(path) {
        return this.evaluate(textOf(path));
    }

    async pages() {
        return (await contexts(this.#bidi)).map(({ url }) => url);
    }

    async notifications() {
        const windows = await contexts(this.#bidi, 'chrome');
        const alerts = windows.filter(({ url }) => url.endsWith('/alerts/alert.xhtml'));
        const read = await Promise.all(alerts.map(({ context }) => this.#readAlert(context)));
        return read.filter((alert) => alert !== null);
    }

    // null while the window is not filled in yet, or closed meanwhile.
    async #readAlert(context) {
        const script = `JSON.stringify({
            title: document.getElementById('alertTitleLabel').getAttribute('value'),
            body: document.getElementById('alertTextLabel').textContent,
        })`;
        const text = await this.#evaluateIn(context, script).catch(() => null);
        return text && { id: context, ...JSON.parse(text) };
    }

    clickNotification({ id }) {
        return this.#evaluateIn(id, `document.getElementById('alertTextLabel').click()`);
    }

    dismissNotification({ id }) {
        return this.#evaluateIn(id, `document.getElementById('alert-close').doCommand()`);
    }

    async close() {
        this.#bidi.close();
        await this.#program.stop();
    }

    async #perform(source) {
        await this.#bidi.command('input.performActions', {
            context: this.#page,
            actions: [source],
        });
    }

    async #evaluateIn(context, expression) {
        const outcome = await this.#bidi.command('script.evaluate', {
            expression,
            target: { context },
            awaitPromise: true,
        });
        if (outcome.type === 'exception') {
            throw new Error(outcome.exceptionDetails.text);
        }
        return outcome.result.value ?? null;
    }
}

async function contexts(bidi, scope) {
    const wanted = scope ? { 'moz:scope': scope } : {};
    return (await bidi.command('browsingContext.getTree', { maxDepth: 0, ...wanted })).contexts;
}

async function freePort() {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address();
    probe.close();
    return port;
}
