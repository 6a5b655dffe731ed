// A browser as a child process with a throw-away profile, in a process group of its own: content
// processes end with it.
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, rmSync } from 'node:fs';
import { once } from 'node:events';

const END_TIMEOUT = 5_000;

export function startProgram({ name, command, folder, env }) {
    const home = `${folder}/home`;
    mkdirSync(home, { recursive: true });
    const log = openSync(`${folder}/${name}.out`, 'a');
    const child = spawn(command[0], command.slice(1), {
        detached: true,
        stdio: ['ignore', log, log],
        env: { ...process.env, HOME: home, DBUS_SYSTEM_BUS_ADDRESS: 'disabled:', ...env },
    });
    const kill = (signal) => {
        try {
            process.kill(-child.pid, signal);
        } catch {
            /* has ended */
        }
    };
    const killAtExit = () => kill('SIGKILL');
    process.once('exit', killAtExit);
    const ended = once(child, 'exit');

    return {
        get running() {
            return child.exitCode === null && child.signalCode === null;
        },
        async stop() {
            kill('SIGTERM');
            const timer = setTimeout(() => kill('SIGKILL'), END_TIMEOUT);
            await ended;
            clearTimeout(timer);
            kill('SIGKILL');
            process.off('exit', killAtExit);
            rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
        },
    };
}
