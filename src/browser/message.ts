// What a push brings (the payload of src/webpush/payload.h, or anything else) as what is to be
// shown.

// Members that lib.webworker.d.ts lacks, because not every browser has them.
export interface ShownOptions extends NotificationOptions {
    image?: string;
    actions?: { action: string; title: string }[];
    navigate?: string; // Safari opens this by itself, others call the worker
    data: MessageData;
}

// Kept with the notification, for its click and its close.
export interface MessageData {
    token: string; // delivery token, "" when there is none to report with
    link: string; // what a click opens
    buttons: Record<string, string>; // action -> what it opens
}

export interface Message {
    run: string; // "" when unknown
    title: string;
    options: ShownOptions;
}

interface Payload {
    notification: {
        title?: string;
        navigate?: string;
        body?: string;
        lang?: string;
        dir?: NotificationDirection;
        tag?: string;
        icon?: string;
        image?: string;
        badge?: string;
        silent?: boolean;
        require_interaction?: boolean;
        actions?: { action: string; title: string; navigate?: string }[];
    };
    webpush?: { v: number; run: number | string; token: string };
}

// Something is always shown: browsers take the permission away from who gets a push and shows
// nothing.
export function readMessage(event: PushEvent): Message {
    try {
        return fromPayload(declared(event) ?? parse(event.data));
    } catch {
        return fromPayload(unknown(''));
    }
}

// Declarative web push hands over what it would show by itself.
function declared(event: PushEvent): Payload | undefined {
    const { notification } = event as PushEvent & { notification?: Payload['notification'] | null };
    return notification ? { notification } : undefined;
}

function parse(data: PushMessageData | null): Payload {
    const text = data?.text() ?? '';
    try {
        const payload = JSON.parse(text) as Payload | null;
        return payload?.notification?.title ? payload : unknown('');
    } catch {
        return unknown(text);
    }
}

function unknown(text: string): Payload {
    return { notification: { title: self.location.hostname, body: text } };
}

function fromPayload({ notification, webpush }: Payload): Message {
    const { title, require_interaction, actions = [], ...standard } = notification;
    const { body, lang, dir, tag, icon, image, badge, silent, navigate } = standard;
    const options = {
        ...{ body, lang, dir, tag, icon, image, badge, silent, navigate },
        requireInteraction: require_interaction,
        actions: actions.map(({ action, title: label }) => ({ action, title: label })),
        data: {
            token: webpush?.token ?? '',
            link: navigate ?? '/',
            buttons: Object.fromEntries(
                actions.map(({ action, navigate: link }) => [action, link ?? navigate ?? '/']),
            ),
        },
    };
    return {
        run: String(webpush?.run ?? ''),
        title: title ?? self.location.hostname,
        options: withoutGaps(options),
    };
}

// Browsers differ in what they make of a member that is present but undefined.
function withoutGaps(options: object): ShownOptions {
    return Object.fromEntries(
        Object.entries(options).filter(([, value]) => value !== undefined),
    ) as ShownOptions;
}
