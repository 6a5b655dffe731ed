// The browser replaced or dropped the subscription: Firefox when its push service lost it, Chrome
// when a permission came back, with or without naming the old and the new one.
import { loadConfig } from './config';
import { consent } from './consent';
import { announce, subscribeWith } from './subscription';

declare const self: ServiceWorkerGlobalScope;

export interface SubscriptionChange {
    oldSubscription?: PushSubscription | null;
    newSubscription?: PushSubscription | null;
}

export async function resubscribe(change: SubscriptionChange): Promise<void> {
    const decision = await consent();
    const replaced = decision?.endpoint ?? change.oldSubscription?.endpoint;
    const agreed = decision ? decision.choice === 'subscribed' : replaced !== undefined;
    if (!agreed) {
        return;
    }
    const folder = new URL(self.registration.scope);
    const config = await loadConfig(folder);
    const subscription = change.newSubscription ?? (await subscribeWith(self.registration, config));
    await announce(folder, subscription, config, '', replaced);
}
