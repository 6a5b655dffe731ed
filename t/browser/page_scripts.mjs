// JavaScript that runs inside pages, as text.

// The element of a path like "#webpush-consent >>> .accept", where >>> steps into a shadow root.
const FIND = `(path) => path.split(' >>> ').reduce((scope, selector) =>
    scope && (scope.shadowRoot ?? scope).querySelector(selector), document)`;

// Centre of the element in the viewport as [x, y]; null while it is not there, not visible or
// covered by something else.
export function centreOf(path) {
    return `((path) => {
        const element = (${FIND})(path);
        if (!element) { return null; }
        element.scrollIntoView({ block: 'nearest', behavior: 'instant' });
        const box = element.getBoundingClientRect();
        const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
        const root = element.getRootNode();
        const hit = root.elementFromPoint(x, y);
        const free = box.width > 0 && hit && (hit === element || element.contains(hit));
        return free ? JSON.stringify([x, y]) : null;
    })(${JSON.stringify(path)})`;
}

export function textOf(path) {
    return `((path) => (${FIND})(path)?.textContent ?? null)(${JSON.stringify(path)})`;
}
