// push_endpoint.mjs as a process, for tests in other languages:
//
//   node push_endpoint_cli.mjs --key FILE --cert FILE --log FILE --rules FILE [--port N] [--http1]
//        [--max-streams N]
//
// Prints "listening <port>". Writes each POST to the log as a JSON line (body in base64url).
// The rules file, read again whenever it changes, is a JSON array; the first rule that fits answers:
//   { "path": "<regular expression>", "times": <how often a path, default always>,
//     "status": .., "headers": {..}, "body": "..", "delay": <ms>, "action": ".." }
// A rule may also hold "boundKey": the only application server key that its paths take.
import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startPushEndpoint } from './push_endpoint.mjs';

const { values: option } = parseArgs({ options: {
    key: { type: 'string' }, cert: { type: 'string' }, log: { type: 'string' }, rules: { type: 'string' },
    port: { type: 'string', default: '0' }, http1: { type: 'boolean', default: false },
    'max-streams': { type: 'string', default: '100' },
} });

let rules = [];
let rulesVersion = '';
const used = new Map(); // "<rule> <path>" -> how often it answered

function currentRules() {
    const { mtimeMs, size, ino } = statSync(option.rules);
    const version = `${mtimeMs} ${size} ${ino}`;
    if (version !== rulesVersion) {
        rules = JSON.parse(readFileSync(option.rules, 'utf8'));
        rulesVersion = version;
    }
    return rules;
}

function answer({ path }) {
    for (const [index, rule] of currentRules().entries()) {
        if (!new RegExp(rule.path).test(path) || (!rule.status && !rule.action)) { continue; }
        const count = used.get(`${index} ${path}`) ?? 0;
        if (count >= (rule.times ?? Infinity)) { continue; }
        used.set(`${index} ${path}`, count + 1);
        return rule;
    }
    return undefined;
}

function boundKey(path) {
    return currentRules().find((rule) => rule.boundKey && new RegExp(rule.path).test(path))?.boundKey;
}

function log(message) {
    const line = JSON.stringify({ ...message, body: message.body.toString('base64url') });
    appendFileSync(option.log, `${line}\n`);
}

const service = await startPushEndpoint({
    tls: { key: readFileSync(option.key), cert: readFileSync(option.cert) },
    port: Number(option.port),
    http1Only: option.http1,
    maxStreams: Number(option['max-streams']),
    boundKey,
    answer,
    onMessage: log,
});
process.on('SIGTERM', () => process.exit(0));
process.stdout.write(`listening ${service.port}\n`);
