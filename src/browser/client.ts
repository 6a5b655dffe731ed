// What a page can do: look at the state, ask the visitor, refresh at every visit, leave.
import { post, Refused } from './api';
import { loadConfig, type Config } from './config';
import { showConsentForm } from './consent_form';
import { confirm, consent, decide, postpone, restsAfterLater } from './consent';
import { announce, madeWith, subscribeWith } from './subscription';
import { currentRegistration, registerWorker } from './worker_registration';

// unsupported  this browser (or a page without https) has no web push, or storage is blocked
// denied       the visitor forbade notifications in the browser
// subscribed   gets notifications
// left         unsubscribed here
// later        said "not now" within the last week
// undecided    none of these: may be asked
export type Status = 'unsupported' | 'denied' | 'subscribed' | 'left' | 'later' | 'undecided';

export interface AskOptions {
    // The visitor himself wants it (pressed the site's button): asks also after "not now" and after
    // leaving. A denial stands: only the visitor can lift it, in the browser.
    force?: boolean;
}

export class Client {
    private config: Promise<Config> | undefined;
    private asking: Promise<Status> | undefined;

    constructor(
        private readonly folder: URL,
        private readonly changed: (status: Status) => void,
    ) {}

    async status(): Promise<Status> {
        if (!(await isSupported())) {
            return 'unsupported';
        }
        if (Notification.permission === 'denied') {
            return 'denied';
        }
        const decision = await consent();
        if (decision?.choice === 'left') {
            return 'left';
        }
        const subscription = await this.subscription().catch(() => undefined);
        if (subscription === undefined) {
            return 'unsupported'; // workers are blocked, as the site's storage is
        }
        if (subscription) {
            return 'subscribed';
        }
        return decision && restsAfterLater(decision) ? 'later' : 'undecided';
    }

    // Once a page load: sends what the edge does not know yet, says that the subscription is still
    // there, and makes a new one when the browser lost it or the site's key changed.
    async visit(): Promise<void> {
        if ((await this.status()) === 'unsupported') {
            return;
        }
        const decision = await consent();
        if (decision?.choice === 'left') {
            return this.leaveEverywhere();
        }
        const present = await this.subscription();
        if (
            present ||
            (decision?.choice === 'subscribed' && Notification.permission === 'granted')
        ) {
            await this.refresh(present, decision?.endpoint);
        } else if ((await this.settings()).prompt.auto && (await this.status()) === 'undecided') {
            await this.ask();
        }
    }

    // Shows the form unless the visitor has answered already; resolves with the state after it.
    ask(options: AskOptions = {}): Promise<Status> {
        this.asking ??= this.askNow(options).finally(() => {
            this.asking = undefined;
        });
        return this.asking;
    }

    async unsubscribe(): Promise<Status> {
        if (!(await isSupported())) {
            return 'unsupported';
        }
        const subscription = await this.subscription().catch(() => null);
        const endpoint = subscription?.endpoint ?? (await consent())?.endpoint;
        await decide('left', endpoint ? { endpoint } : {});
        await this.leaveEverywhere();
        return this.report();
    }

    private async askNow({ force = false }: AskOptions): Promise<Status> {
        const status = await this.status();
        const mayAsk =
            status === 'undecided' || (force && (status === 'later' || status === 'left'));
        if (!mayAsk) {
            return status;
        }
        const config = await this.settings();
        // Browsers take the request only from inside the visitor's own click or key press.
        const permission = await showConsentForm(config.prompt, () =>
            Notification.requestPermission(),
        );
        if (permission === 'granted') {
            await this.subscribe(config);
        } else {
            await postpone();
        }
        return this.report();
    }

    private async subscribe(config: Config): Promise<void> {
        await decide('subscribed', { version: config.consent });
        try {
            await this.refresh(await this.subscription());
        } catch (error) {
            if (error instanceof Refused || !(await this.subscription())) {
                throw error;
            }
            // Subscribed, but the edge cannot be reached: the next visit tells it.
        }
    }

    private async refresh(present: PushSubscription | null, lastEndpoint?: string): Promise<void> {
        const config = await this.settings();
        const registration = await registerWorker(this.folder);
        const kept = present && madeWith(present, config.applicationServerKey);
        const subscription = kept ? present : await subscribeWith(registration, config);
        const replaces = lastEndpoint ?? present?.endpoint;
        await announce(this.folder, subscription, config, location.pathname, replaces);
    }

    // In the browser at once; at the edge now or, when it cannot be reached, at a later visit.
    // Neither waits for the other, nor fails because of it.
    private async leaveEverywhere(): Promise<void> {
        const outcomes = await Promise.allSettled([this.tellOfLeaving(), this.endSubscription()]);
        for (const outcome of outcomes) {
            if (outcome.status === 'rejected') {
                throw outcome.reason;
            }
        }
    }

    private async endSubscription(): Promise<void> {
        await (await this.subscription())?.unsubscribe();
    }

    private async tellOfLeaving(): Promise<void> {
        const decision = await consent();
        if (decision?.choice !== 'left' || decision.delivered) {
            return;
        }
        if (decision.endpoint) {
            const { endpoint, n } = decision;
            await post(new URL('unsubscribe', this.folder), { endpoint, n }).catch((error) => {
                if (!(error instanceof Refused)) {
                    throw error;
                }
            });
        }
        await confirm(decision.n);
    }

    private async subscription(): Promise<PushSubscription | null> {
        const registration = await currentRegistration(this.folder);
        return (await registration?.pushManager.getSubscription()) ?? null;
    }

    private settings(): Promise<Config> {
        this.config ??= loadConfig(this.folder).catch((error: unknown) => {
            this.config = undefined; // the next call tries again
            throw error;
        });
        return this.config;
    }

    private async report(): Promise<Status> {
        const status = await this.status();
        this.changed(status);
        return status;
    }
}

// Without its memory nothing is done: nobody would know who has left.
async function isSupported(): Promise<boolean> {
    return (
        isSecureContext &&
        'serviceWorker' in navigator &&
        'PushManager' in window &&
        'Notification' in window &&
        consent().then(
            () => true,
            () => false,
        )
    );
}
