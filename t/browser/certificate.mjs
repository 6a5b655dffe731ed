// A self-signed certificate of the push services' names, for as long as a test runs.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const NAMES = [
    'DNS:updates.push.services.mozilla.com',
    'DNS:jmt17.google.com',
    'DNS:fcm.googleapis.com',
    'IP:127.0.0.1',
];

// { key, cert, certFile }
export function makeCertificate(folder) {
    const [keyFile, certFile] = [`${folder}/push-key.pem`, `${folder}/push-ca.pem`];
    execFileSync(
        'openssl',
        [
            'req',
            '-x509',
            '-newkey',
            'ec',
            '-pkeyopt',
            'ec_paramgen_curve:prime256v1',
            '-nodes',
            '-days',
            '2',
            '-keyout',
            keyFile,
            '-out',
            certFile,
            '-subj',
            '/CN=push services of a test',
            '-addext',
            `subjectAltName=${NAMES.join(',')}`,
        ],
        { stdio: 'pipe' },
    );
    return { key: readFileSync(keyFile), cert: readFileSync(certFile), certFile };
}
