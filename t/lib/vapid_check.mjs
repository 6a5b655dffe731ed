// What a push service checks of the Authorization header (RFC 8292), with Node's own crypto.
import { createPublicKey, verify } from 'node:crypto';

const DAY = 24 * 3600;

// null, or why the request is refused: 401 without a token, 403 with one that does not hold. Fills
// in message.vapid.
export function vapidRefusal(message, boundKey) {
    const header = message.headers.authorization;
    if (header === undefined) { return { status: 401, reason: 'no-authorization' }; }
    const match = /^vapid t=([A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)), ?k=([A-Za-z0-9_-]+)$/.exec(header);
    if (!match) { return forbidden('authorization-form'); }
    const [, token, payload, signature, k] = match;
    if (!isSigned(token.slice(0, token.lastIndexOf('.')), signature, k)) { return forbidden('signature'); }
    const claims = JSON.parse(Buffer.from(payload, 'base64url'));
    message.vapid = { aud: claims.aud, exp: claims.exp, sub: claims.sub, k };
    return claimRefusal(claims, message) ?? keyRefusal(k, boundKey);
}

function claimRefusal({ aud, exp, sub }, { authority, time }) {
    if (aud !== `https://${authority.replace(/:443$/, '')}`) { return forbidden('aud'); }
    if (typeof exp !== 'number' || exp <= time || exp > time + DAY) { return forbidden('exp'); }
    if (!/^(mailto:[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+|https:\/\/[^\s<>]+\.[^\s<>]+)$/.test(sub ?? '')) { return forbidden('sub'); }
    return null;
}

function keyRefusal(k, boundKey) {
    if (boundKey === undefined || boundKey === k) { return null; }
    return { status: 403, reason: 'VapidPkHashMismatch' };
}

function isSigned(text, signature, k) {
    const point = Buffer.from(k, 'base64url');
    if (point.length !== 65 || point[0] !== 4) { return false; }
    const header = JSON.parse(Buffer.from(text.split('.')[0], 'base64url'));
    if (header.alg !== 'ES256') { return false; }
    const jwk = {
        kty: 'EC', crv: 'P-256',
        x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url'),
    };
    try {
        const key = createPublicKey({ key: jwk, format: 'jwk' });
        return verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
    } catch {
        return false; // not a point on the curve
    }
}

function forbidden(reason) {
    return { status: 403, reason };
}
