// The script of a page: <script src="/push/sdk.js" defer></script>. Everything else (settings,
// worker, the edge's locations) is found beside it. Calls made before it is loaded wait in an
// array:
//
//   (window.webpush = window.webpush || []).push((webpush) => { ... });
import { Client, type AskOptions, type Status } from './client';

type Listener = (status: Status) => void;
type Task = (webpush: WebPush) => void;

export interface WebPush {
    push(...tasks: Task[]): void; // runs them now
    status(): Promise<Status>;
    ask(options?: AskOptions): Promise<Status>;
    unsubscribe(): Promise<Status>;
    on(event: 'change', listener: Listener): () => void; // returns what stops it
}

declare global {
    interface Window {
        webpush?: Task[] | WebPush;
    }
}

function start(): void {
    const waiting = window.webpush;
    if (waiting && !Array.isArray(waiting)) {
        return; // the page loads us twice
    }
    const webpush = makeWebPush(scriptFolder());
    window.webpush = webpush;
    webpush.push(...(waiting ?? []));
}

function makeWebPush(folder: URL): WebPush {
    const listeners = new Set<Listener>();
    const client = new Client(folder, (status) =>
        listeners.forEach((listener) => run(() => listener(status))),
    );
    client.visit().catch(complain);
    const webpush: WebPush = {
        push: (...tasks) => tasks.forEach((task) => run(() => task(webpush))),
        status: () => client.status(),
        ask: (options) => client.ask(options),
        unsubscribe: () => client.unsubscribe(),
        on(_event, listener) {
            listeners.add(listener);
            return () => listeners.delete(listener);
        },
    };
    return webpush;
}

function scriptFolder(): URL {
    const script = document.currentScript as HTMLScriptElement | null;
    return new URL('.', script?.src ?? new URL('/push/', location.href));
}

// One faulty task of the page must not keep the others from running.
function run(task: () => void): void {
    try {
        task();
    } catch (error) {
        complain(error);
    }
}

function complain(error: unknown): void {
    console.warn(error);
}

start();
