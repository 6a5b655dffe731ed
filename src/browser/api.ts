// Requests to the edge: JSON, answered by a 2xx or by a problem (RFC 9457) with a stable "code".

// What the edge refused for good: sending the same again would not help.
export class Refused extends Error {
    constructor(
        readonly status: number,
        readonly code: string,
    ) {
        super(`webpush: refused with ${status} ${code}`);
    }
}

const RETRY_FOR = 15_000; // ms; a worker is stopped soon after that
const FIRST_PAUSE = 1_000; // ms; doubles when the edge names no time, and is the shortest of all

// Resolves when the edge has taken the request. 429, 503 and a lost network are tried again, as
// Retry-After says; after that, and for every other answer, rejects (with Refused for 4xx).
export async function post(url: URL, body: object): Promise<void> {
    const until = Date.now() + RETRY_FOR;
    for (let pause = FIRST_PAUSE; ; pause *= 2) {
        const response = await attempt(url, body);
        if (response?.ok) {
            return;
        }
        if (response && response.status !== 429 && response.status !== 503) {
            throw await problem(response);
        }
        const wait = Math.max(FIRST_PAUSE, retryAfter(response) ?? pause);
        if (Date.now() + wait > until) {
            throw new Error('webpush: the site cannot be reached');
        }
        await new Promise((resolve) => setTimeout(resolve, wait));
    }
}

async function attempt(url: URL, body: object): Promise<Response | null> {
    try {
        return await fetch(url.href, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify(body),
            credentials: 'same-origin',
            keepalive: true, // a visitor who goes on to the next page still counts
        });
    } catch {
        return null;
    }
}

async function problem(response: Response): Promise<Error> {
    const answer = (await response.json().catch(() => ({}))) as { code?: string };
    return response.status < 500
        ? new Refused(response.status, answer.code ?? '')
        : new Error(`webpush: the site answered ${response.status}`);
}

function retryAfter(response: Response | null): number | undefined {
    const seconds = Number(response?.headers.get('Retry-After') ?? NaN);
    return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}
