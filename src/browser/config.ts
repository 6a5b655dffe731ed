// The site's settings, a static file that the daemon writes beside the scripts.

export interface Prompt {
    title: string;
    text: string;
    accept: string;
    later: string;
    auto: boolean; // shown by itself to who has not decided, else only by webpush.ask()
}

export interface Config {
    v: 1;
    site: string;
    vapid: string; // id of the key below
    applicationServerKey: string; // base64url
    consent: string; // version of the consent text
    prompt: Prompt;
}

const TIMEOUT = 3_000; // ms; a site must not wait for us

export async function loadConfig(folder: URL): Promise<Config> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT);
    try {
        const response = await fetch(new URL('config.json', folder).href, { signal: abort.signal });
        if (!response.ok) {
            throw new Error(`config.json answered ${response.status}`);
        }
        return (await response.json()) as Config;
    } catch (error) {
        throw new Error(`webpush: no configuration: ${String(error)}`);
    } finally {
        clearTimeout(timer);
    }
}
