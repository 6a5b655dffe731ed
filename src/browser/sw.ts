// The service worker: shows what is pushed, reports it, opens what is clicked, keeps the
// subscription.
import { readMessage, type MessageData, type ShownOptions } from './message';
import { report } from './receipts';
import { resubscribe, type SubscriptionChange } from './resubscribe';
import { isFirstCopy, wasNotShown } from './runs';

declare const self: ServiceWorkerGlobalScope;

// A new worker serves at once: it has no pages whose state it could break.
self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('push', (event) => event.waitUntil(show(event)));

async function show(event: PushEvent): Promise<void> {
    const { run, title, options } = readMessage(event);
    const first = await isFirstCopy(run).catch(() => true);
    await setAside(options.tag).catch(() => undefined);
    if (first) {
        try {
            await display(title, options);
        } catch (error) {
            await wasNotShown(run); // a later copy is the first then
            throw error;
        }
        await report('shown', options.data.token);
    } else {
        // Silently again, as a push must show something; it has reported already.
        await display(title, { ...options, silent: true, data: { ...options.data, token: '' } });
    }
}

// Tokens of notifications that were clicked or replaced: that they close then, for which Firefox
// sends an event, is not the visitor's refusal. Memory will do, as it happens in the same moment.
const settled = new Set<string>();

async function setAside(tag: string | undefined): Promise<void> {
    if (!tag) {
        return;
    }
    for (const replaced of await self.registration.getNotifications({ tag })) {
        settled.add(dataOf(replaced).token ?? '');
    }
}

// A member that this browser refuses must not cost the notification.
async function display(title: string, options: ShownOptions): Promise<void> {
    try {
        await self.registration.showNotification(title, options);
    } catch {
        const { body = '', tag = '', data } = options;
        await self.registration.showNotification(title, { body, tag, data });
    }
}

self.addEventListener('notificationclick', (event) => {
    const { token = '', link = '/', buttons = {} } = dataOf(event.notification);
    settled.add(token);
    event.notification.close();
    // Always a new window: what the visitor has open (a basket, a form) stays as it is, and the
    // edge counts the click because the link itself is opened. Called at once: the right to open a
    // window lasts only a moment.
    const target = buttons[event.action] ?? link;
    event.waitUntil(self.clients.openWindow(new URL(target, self.location.href).href));
});

self.addEventListener('notificationclose', (event) => {
    const { token = '' } = dataOf(event.notification);
    if (!settled.has(token)) {
        event.waitUntil(report('closed', token));
    }
});

// Another script may have shown a notification with this registration: then all of it is missing.
function dataOf(notification: Notification): Partial<MessageData> {
    return (notification.data as Partial<MessageData> | null) ?? {};
}

self.addEventListener('pushsubscriptionchange', (event) => {
    const change = event as ExtendableEvent & SubscriptionChange;
    change.waitUntil(resubscribe(change));
});
