// How a shop uses the push script: one button that subscribes and unsubscribes.
(window.webpush = window.webpush || []).push((webpush) => {
    const button = document.getElementById('notify');
    const note = document.getElementById('notify-note');
    if (!button) {
        return;
    }

    const notes = {
        subscribed: 'You will hear from us.',
        denied: 'Notifications are blocked in your browser’s settings for this site.',
        left: 'You will not hear from us any more.',
    };

    function show(status) {
        button.hidden = status === 'unsupported' || status === 'denied';
        button.querySelector('span').textContent =
            status === 'subscribed' ? 'Stop notifying me' : 'Notify me of new things';
        note.textContent = notes[status] ?? '';
    }

    button.addEventListener('click', async () => {
        button.disabled = true;
        try {
            const status = await webpush.status();
            // The visitor asks for it himself, so "not now" of last week does not count.
            show(
                status === 'subscribed'
                    ? await webpush.unsubscribe()
                    : await webpush.ask({ force: true }),
            );
        } catch {
            note.textContent = 'That did not work. Please try again later.';
        } finally {
            button.disabled = false;
        }
    });

    webpush.on('change', show);
    webpush.status().then(show);
});
