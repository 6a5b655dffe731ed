// The site's own question, asked before the browser's: a modal dialog in a shadow root, so that the
// page's styles and ours leave each other alone. Texts come from the site's settings. Nothing in it
// needs an exception from a strict Content-Security-Policy.
import { consentStyle } from './consent_style';
import type { Prompt } from './config';

// Resolves with what `accept` did when the visitor agreed, with undefined when he chose "not now",
// pressed Escape or clicked beside the form. `accept` runs inside the visitor's own event.
export function showConsentForm<T>(
    texts: Prompt,
    accept: () => Promise<T>,
): Promise<T | undefined> {
    const form = buildForm(texts);
    document.body.append(form.host);
    return new Promise((resolve, reject) => {
        let answer: Promise<T> | undefined;
        form.accept.addEventListener('click', () => {
            answer = accept();
            form.dialog.close();
        });
        form.later.addEventListener('click', () => form.dialog.close());
        form.dialog.addEventListener('click', (event) => {
            const isBackdrop = event.target === form.dialog;
            if (isBackdrop) {
                form.dialog.close();
            }
        });
        // Escape closes it by itself.
        form.dialog.addEventListener('close', () => {
            form.host.remove();
            Promise.resolve(answer).then(resolve, reject);
        });
        form.dialog.showModal(); // keeps the focus in, gives it back when it closes
        // On no button: Enter from a visitor who is just typing must not agree to anything.
        form.dialog.focus();
    });
}

interface Form {
    host: HTMLElement;
    dialog: HTMLDialogElement;
    accept: HTMLButtonElement;
    later: HTMLButtonElement;
}

function buildForm(texts: Prompt): Form {
    const host = element('div', { id: 'webpush-consent' });
    const root = host.attachShadow({ mode: 'open' });
    adoptStyle(root);

    const accept = element(
        'button',
        { type: 'button', class: 'accept', part: 'accept' },
        texts.accept,
    );
    const later = element('button', { type: 'button', class: 'later', part: 'later' }, texts.later);
    const dialog = element('dialog', {
        'aria-labelledby': 'title',
        'aria-describedby': 'text',
        tabindex: '-1',
        part: 'dialog',
    });
    const box = element('div', { class: 'box' });
    const words = element('div', { class: 'words' });
    words.append(
        element('h2', { id: 'title' }, texts.title),
        element('p', { id: 'text' }, texts.text),
    );
    const buttons = element('div', { class: 'buttons' });
    buttons.append(accept, later);
    box.append(bell(), words, buttons);
    dialog.append(box);
    root.append(dialog);
    return { host, dialog, accept, later };
}

// Before Safari 16.4 the form is plain, but it works.
function adoptStyle(root: ShadowRoot): void {
    if (!('adoptedStyleSheets' in root)) {
        return;
    }
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(consentStyle);
    root.adoptedStyleSheets = [sheet];
}

function element<K extends keyof HTMLElementTagNameMap>(
    name: K,
    attributes: Record<string, string>,
    text = '',
): HTMLElementTagNameMap[K] {
    const made = document.createElement(name);
    for (const [attribute, value] of Object.entries(attributes)) {
        made.setAttribute(attribute, value);
    }
    made.textContent = text;
    return made;
}

function bell(): SVGElement {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('aria-hidden', 'true');
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('d', 'M6 16V11a6 6 0 1 1 12 0v5l1.5 2h-15zM10 20.5a2 2 0 0 0 4 0');
    svg.append(path);
    return svg;
}
