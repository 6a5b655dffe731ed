// The browser's own subscription and what is told to the edge about it; used by page and worker.
import { post, Refused } from './api';
import type { Config } from './config';
import { confirm, decisionOnSubscription, forget, type Consent } from './consent';

const SUBSCRIBE_TIMEOUT = 10_000; // ms

// Subscribes with the site's key; replaces a subscription that was made with another one. Firefox
// loses a request that comes before its push service has started, without an answer: asked again.
export async function subscribeWith(
    registration: ServiceWorkerRegistration,
    config: Config,
): Promise<PushSubscription> {
    const present = await registration.pushManager.getSubscription();
    if (present && madeWith(present, config.applicationServerKey)) {
        return present;
    }
    await present?.unsubscribe();
    return (
        (await within(SUBSCRIBE_TIMEOUT, subscribe(registration, config))) ??
        subscribe(registration, config)
    );
}

function subscribe(
    registration: ServiceWorkerRegistration,
    config: Config,
): Promise<PushSubscription> {
    return registration.pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: octets(config.applicationServerKey),
    });
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
    return Promise.race([
        promise,
        new Promise<undefined>((resolve) => {
            setTimeout(() => resolve(undefined), ms);
        }),
    ]);
}

export function madeWith(subscription: PushSubscription, applicationServerKey: string): boolean {
    const key = subscription.options.applicationServerKey;
    return key !== null && base64url(new Uint8Array(key)) === applicationServerKey;
}

// Tells the edge of the decision to subscribe, or (when it knows that already) that it still holds.
// Ends the subscription when the visitor has left meanwhile, and when the edge refuses the decision
// (then it is forgotten, too); a refused refresh ends nothing, as it may be a mistake of the site.
// replaces: endpoint that this subscription follows, if it is another.
export async function announce(
    folder: URL,
    subscription: PushSubscription,
    config: Config,
    page: string,
    replaces?: string,
): Promise<void> {
    const decision = await decisionOnSubscription();
    if (decision.choice === 'left') {
        await subscription.unsubscribe();
        return;
    }
    try {
        await send(folder, subscription, decision, config, page, replaces);
    } catch (error) {
        if (error instanceof Refused && !decision.delivered) {
            await forget(decision.n);
            await subscription.unsubscribe();
        }
        throw error;
    }
    await confirm(decision.n, subscription.endpoint);
}

function send(
    folder: URL,
    subscription: PushSubscription,
    consent: Consent,
    config: Config,
    page: string,
    replaces?: string,
): Promise<void> {
    return post(new URL('subscribe', folder), {
        kind: consent.delivered ? 'refresh' : 'subscribe',
        subscription: subscription.toJSON(),
        n: consent.n,
        consent: consent.version,
        vapid: config.vapid,
        lang: navigator.language,
        tz: Intl.DateTimeFormat().resolvedOptions().timeZone,
        page: page || undefined,
        replaces: replaces === subscription.endpoint ? undefined : replaces,
    });
}

function octets(text: string): Uint8Array<ArrayBuffer> {
    const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function base64url(value: Uint8Array): string {
    return btoa(String.fromCharCode(...value))
        .replace(/\+/g, '-')
        .replace(/\//g, '_')
        .replace(/=+$/, '');
}
