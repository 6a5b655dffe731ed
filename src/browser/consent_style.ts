// The form's looks: a card at the lower edge of a phone, in a corner of anything wider; light and
// dark as the visitor's system. A site changes the colours by custom properties on any ancestor,
// and more through ::part(dialog), ::part(accept), ::part(later) of #webpush-consent.
export const consentStyle = `
dialog {
    --accent: var(--webpush-accent, #1f5eff);
    --on-accent: var(--webpush-on-accent, #fff);
    --surface: var(--webpush-surface, #fff);
    --ink: var(--webpush-ink, #16181d);
    --quiet: var(--webpush-quiet, #5a6270);
    --line: var(--webpush-line, #d8dce3);
    box-sizing: border-box;
    width: min(26rem, 100% - 2rem);
    max-width: none;
    max-height: calc(100% - 2rem);
    margin: auto auto 1rem 1rem;
    padding: 0;
    border: 1px solid var(--line);
    border-radius: 16px;
    background: var(--surface);
    color: var(--ink);
    font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
    box-shadow: 0 18px 50px rgb(10 15 30 / 28%);
    overflow: auto;
}
dialog:focus-visible { outline: none; }
dialog::backdrop { background: rgb(10 15 30 / 35%); }
.box {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 0 1rem;
    padding: 1.25rem;
}
svg {
    width: 1.5rem;
    padding: .625rem;
    align-self: start;
    border-radius: 12px;
    background: color-mix(in srgb, var(--accent) 14%, transparent);
    fill: none;
    stroke: var(--accent);
    stroke-width: 1.8;
    stroke-linecap: round;
    stroke-linejoin: round;
}
h2 { margin: 0 0 .25rem; font-size: 1.0625rem; line-height: 1.35; text-wrap: balance; }
p { margin: 0; color: var(--quiet); font-size: .9375rem; }
.buttons {
    grid-column: 1 / -1;
    display: flex;
    flex-wrap: wrap;
    gap: .625rem;
    margin-top: 1.125rem;
}
button {
    flex: 1 1 9rem;
    min-height: 2.75rem;
    padding: .5rem 1rem;
    border: 1px solid var(--line);
    border-radius: 10px;
    background: transparent;
    color: inherit;
    font: inherit;
    font-weight: 600;
    cursor: pointer;
}
.accept { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
button:hover { filter: brightness(.95); }
.later:hover { background: color-mix(in srgb, var(--ink) 6%, transparent); filter: none; }
button:focus-visible {
    outline: 3px solid color-mix(in srgb, var(--accent) 55%, var(--surface));
    outline-offset: 2px;
}
@media (max-width: 32rem) {
    dialog {
        width: 100%;
        margin: auto auto 0;
        border-width: 1px 0 0;
        border-radius: 18px 18px 0 0;
    }
    .box { padding-bottom: calc(1.25rem + env(safe-area-inset-bottom)); }
}
@media (prefers-color-scheme: dark) {
    dialog {
        --accent: var(--webpush-accent, #7aa2ff);
        --on-accent: var(--webpush-on-accent, #0b1020);
        --surface: var(--webpush-surface, #1b1f27);
        --ink: var(--webpush-ink, #eef1f6);
        --quiet: var(--webpush-quiet, #a9b2c0);
        --line: var(--webpush-line, #363d49);
    }
}
@media (prefers-reduced-motion: no-preference) {
    dialog[open] { animation: rise .22s ease-out; }
    @keyframes rise { from { transform: translateY(12px); opacity: 0; } }
}
`;
