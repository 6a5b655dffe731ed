// The service worker below the scripts' own folder. Its scope is that folder, so that it never
// competes with a worker of the site itself (offline support and the like).

export async function registerWorker(folder: URL): Promise<ServiceWorkerRegistration> {
    const registration = await navigator.serviceWorker.register(new URL('sw.js', folder).href, {
        scope: folder.href,
        updateViaCache: 'none',
    });
    await activated(registration);
    return registration;
}

// A worker of a wider scope would also answer for this folder: it is not ours.
export async function currentRegistration(
    folder: URL,
): Promise<ServiceWorkerRegistration | undefined> {
    const registration = await navigator.serviceWorker.getRegistration(folder.href);
    return registration?.scope === folder.href ? registration : undefined;
}

// subscribe() needs an active worker, and "ready" would only tell of one that controls this page.
function activated(registration: ServiceWorkerRegistration): Promise<void> {
    const worker = registration.installing ?? registration.waiting;
    if (registration.active || !worker) {
        return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
        worker.addEventListener('statechange', () => {
            if (worker.state === 'activated') {
                resolve();
            }
            if (worker.state === 'redundant') {
                reject(new Error('webpush: the worker did not start'));
            }
        });
    });
}
