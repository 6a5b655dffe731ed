// What this browser's visitor decided, and in which order. Kept under one key of the store, so that
// page and worker never disagree.
import { read, update } from './store';

export interface Consent {
    choice: 'subscribed' | 'left' | 'later';
    at: number; // unix time in ms
    n: number; // counter of decisions: the edge and the daemon apply only newer ones
    version?: string; // of the text that was agreed to
    endpoint?: string; // subscribed: the last that the edge knows; left: the one to end there
    delivered: boolean; // false: the edge has not confirmed it yet, a later visit sends it again
}

const KEY = 'consent';
const REST_AFTER_LATER = 7 * 24 * 3600 * 1000; // ms; "not now" is an answer for a week

export function consent(): Promise<Consent | undefined> {
    return read<Consent>(KEY);
}

// A new decision to subscribe or to leave. The counter grows even when the clock was set back, and
// follows the clock so that it also grows after the store was emptied.
export async function decide(
    choice: 'subscribed' | 'left',
    about: Pick<Consent, 'version' | 'endpoint'>,
): Promise<Consent> {
    const at = Date.now();
    return change((old) => {
        const n = Math.max((old?.n ?? 0) + 1, at);
        return { ...about, choice, at, n, delivered: false };
    });
}

// "Not now" is not a decision about a subscription: it only starts the rest, and does not cover up
// that someone left.
export async function postpone(): Promise<void> {
    await change((old) => (old?.choice === 'left' ? old : later(old?.n ?? 0)));
}

// What is decided about a subscription that the browser has: a browser whose store was emptied has
// agreed to it.
export async function decisionOnSubscription(): Promise<Consent> {
    const at = Date.now();
    return change((old) => {
        if (old && old.choice !== 'later') {
            return old;
        }
        return { choice: 'subscribed', at, n: Math.max(old?.n ?? 0, at), delivered: true };
    });
}

// The edge has taken the decision with this counter, about this endpoint, unless there is a newer
// one by now.
export async function confirm(n: number, endpoint?: string): Promise<void> {
    await ifStill(n, (old) => ({ ...old, ...(endpoint && { endpoint }), delivered: true }));
}

// The decision came to nothing: the edge refused it for good.
export async function forget(n: number): Promise<void> {
    await ifStill(n, () => later(n));
}

export function restsAfterLater(decision: Consent): boolean {
    return decision.choice === 'later' && Date.now() - decision.at < REST_AFTER_LATER;
}

function later(n: number): Consent {
    return { choice: 'later', at: Date.now(), n, delivered: true };
}

async function change(to: (old: Consent | undefined) => Consent): Promise<Consent> {
    const changed = await update<Consent>(KEY, to);
    return changed!; // only undefined deletes
}

async function ifStill(n: number, to: (old: Consent) => Consent): Promise<void> {
    await update<Consent>(KEY, (old) => (old?.n === n ? to(old) : old));
}
