// A desktop on a private D-Bus: what browsers show is received here (org.freedesktop.Notifications)
// and clicked or dismissed from here.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import dbus from 'dbus-next';

const NAME = 'org.freedesktop.Notifications';
const CLOSED_BY = { user: 2, call: 3 };

export async function startDesktop(folder) {
    const address = `unix:path=${folder}/bus`;
    writeFileSync(`${folder}/bus.conf`, busConfig(address));
    const daemon = spawn(
        'dbus-daemon',
        ['--config-file', `${folder}/bus.conf`, '--nofork', '--nopidfile', '--print-address'],
        { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const killAtExit = () => daemon.kill('SIGKILL');
    process.once('exit', killAtExit);
    await once(daemon.stdout, 'data'); // its address: it listens
    const bus = dbus.sessionBus({ busAddress: address });
    const server = new (notificationServer())();
    await bus.requestName(NAME);
    bus.export('/org/freedesktop/Notifications', server);

    return {
        env: { DBUS_SESSION_BUS_ADDRESS: address },
        shown: () => [...server.shown.values()],
        invoke: (id, action) => server.ActionInvoked(id, action),
        dismiss: (id) => {
            server.shown.delete(id);
            server.NotificationClosed(id, CLOSED_BY.user);
        },
        async close() {
            process.off('exit', killAtExit);
            bus.disconnect();
            daemon.kill('SIGTERM');
            await once(daemon, 'exit');
        },
    };
}

function notificationServer() {
    class Notifications extends dbus.interface.Interface {
        shown = new Map();
        next = 1;

        constructor() {
            super(NAME);
        }

        // With body-images a browser hands over the large picture of a rich notification.
        GetCapabilities() {
            return ['actions', 'body', 'body-images', 'body-markup', 'persistence'];
        }

        GetServerInformation() {
            return ['test desktop', 'test', '1', '1.2'];
        }

        Notify(application, replaces, icon, title, body, actions, hints) {
            const id = replaces || this.next++;
            const copies = (this.shown.get(id)?.copies ?? 0) + 1;
            this.shown.set(id, {
                id,
                title,
                body,
                copies,
                actions: pairs(actions),
                silent: hints['suppress-sound']?.value ?? false,
                icon:
                    'image-data' in hints ||
                    'image-path' in hints ||
                    'icon_data' in hints ||
                    icon !== '',
                picture: pictureOf(body),
            });
            return id;
        }

        CloseNotification(id) {
            if (this.shown.delete(id)) {
                this.NotificationClosed(id, CLOSED_BY.call);
            }
        }

        ActionInvoked(id, action) {
            return [id, action];
        }

        NotificationClosed(id, reason) {
            return [id, reason];
        }
    }
    Notifications.configureMembers({
        methods: {
            GetCapabilities: { outSignature: 'as' },
            GetServerInformation: { outSignature: 'ssss' },
            Notify: { inSignature: 'susssasa{sv}i', outSignature: 'u' },
            CloseNotification: { inSignature: 'u' },
        },
        signals: {
            ActionInvoked: { signature: 'us' },
            NotificationClosed: { signature: 'uu' },
        },
    });
    return Notifications;
}

// [key, label, key, label] as { label: key }
function pairs(actions) {
    const byLabel = {};
    for (let i = 0; i + 1 < actions.length; i += 2) {
        byLabel[actions[i + 1]] = actions[i];
    }
    return byLabel;
}

// Width and height of the picture that the body shows, or null. Read at once: the browser deletes
// it.
function pictureOf(body) {
    const file = /<img src="file:\/\/([^"]+)"/.exec(body)?.[1];
    if (!file) {
        return null;
    }
    const png = readFileSync(decodeURIComponent(file));
    return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}

function busConfig(address) {
    return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>${address}</listen><auth>EXTERNAL</auth>
<policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy>
</busconfig>`;
}
