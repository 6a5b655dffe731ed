// What this browser's visitor decided, and in which order. Kept under one key of the store, so that
// page and worker never disagree.
import { store } from './store';

export interface Consent {
    choice: 'subscribed' | 'left' | 'later';
    at: number; // unix time in ms
    n: number; // counter of decisions: the edge and the daemon apply only newer ones
    version?: string; // of the text that was agreed to
    endpoint?: string; // of the subscription that the decision is about
    delivered: boolean; // false: the edge has not confirmed it yet, a later visit sends it again
}

const KEY = 'consent';
const DAY = 24 * 3600 * 1000;

export const REST_AFTER_LATER = 7 * DAY; // "not now" is an answer for a week

export async function consent(): Promise<Consent | undefined> {
    return (await store()).get<Consent>(KEY);
}

// A new decision to subscribe or to leave. The counter grows even when the clock was set back, and
// follows the clock so that it also grows after the store was emptied.
export async function decide(
    choice: 'subscribed' | 'left',
    about: Pick<Consent, 'version' | 'endpoint'>,
): Promise<Consent> {
    const now = Date.now();
    const decision = await (
        await store()
    ).update<Consent>(KEY, (old) => ({
        ...about,
        choice,
        at: now,
        n: Math.max((old?.n ?? 0) + 1, now),
        delivered: false,
    }));
    return decision!;
}

// "Not now" is not a decision about a subscription: it only starts the rest, and does not cover up
// that someone left.
export async function postpone(): Promise<void> {
    await (
        await store()
    ).update<Consent>(KEY, (old) =>
        old?.choice === 'left'
            ? old
            : { choice: 'later', at: Date.now(), n: old?.n ?? 0, delivered: true },
    );
}

// The edge has taken the decision with this counter, unless there is a newer one by now.
export async function confirm(n: number): Promise<void> {
    await (
        await store()
    ).update<Consent>(KEY, (old) => (old?.n === n ? { ...old, delivered: true } : old));
}

// The decision to subscribe, now about another endpoint: the browser or a new key replaced the
// subscription. A browser whose store was emptied but that still holds a subscription has agreed.
// Returns what is decided: "left" stays.
export async function follow(endpoint: string): Promise<Consent> {
    const now = Date.now();
    const kept = await (
        await store()
    ).update<Consent>(KEY, (old) => {
        if (old?.choice === 'left') {
            return old;
        }
        if (old?.choice === 'subscribed') {
            return { ...old, endpoint };
        }
        return {
            choice: 'subscribed',
            at: now,
            n: Math.max(old?.n ?? 0, now),
            endpoint,
            delivered: true,
        };
    });
    return kept!;
}

// The decision came to nothing: the edge refused it for good.
export async function forget(n: number): Promise<void> {
    await (
        await store()
    ).update<Consent>(KEY, (old) =>
        old?.n === n ? { choice: 'later', at: old.at, n, delivered: true } : old,
    );
}

export function restsAfterLater(consent: Consent): boolean {
    return consent.choice === 'later' && Date.now() - consent.at < REST_AFTER_LATER;
}
