// Tells the edge that a notification was shown or closed, with the delivery token that came with
// it.
import { post } from './api';

export async function report(event: 'shown' | 'closed', token: string): Promise<void> {
    if (token === '' || isWebKit()) {
        return;
    }
    // A receipt that cannot be delivered is lost: it must not turn the push itself into a failure.
    await post(new URL('event', self.registration.scope), { event, token }).catch(() => undefined);
}

// Safari, and every browser of iOS: a worker that goes on working after the notification is shown
// costs the subscription there.
function isWebKit(): boolean {
    const agent = navigator.userAgent;
    return agent.includes('AppleWebKit/') && !/Chrom(e|ium)\//.test(agent);
}

declare const self: ServiceWorkerGlobalScope;
