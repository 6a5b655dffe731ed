// As much of Protocol Buffers' wire format as Google's push protocol needs.

export function varint(value) {
    const octets = [];
    let rest = BigInt(value);
    do {
        const low = Number(rest & 0x7fn);
        rest >>= 7n;
        octets.push(rest ? low | 0x80 : low);
    } while (rest);
    return Buffer.from(octets);
}

export function integer(field, value) {
    return Buffer.concat([varint(field << 3), varint(value)]);
}

export function fixed64(field, value) {
    const octets = Buffer.alloc(8);
    octets.writeBigUInt64LE(BigInt(value));
    return Buffer.concat([varint((field << 3) | 1), octets]);
}

export function bytes(field, value) {
    const content = Buffer.from(value);
    return Buffer.concat([varint((field << 3) | 2), varint(content.length), content]);
}

// [value, offset after it], or null when the buffer ends before.
export function readVarint(buffer, offset) {
    let value = 0n;
    for (let shift = 0n; offset < buffer.length; shift += 7n) {
        const octet = buffer[offset++];
        value |= BigInt(octet & 0x7f) << shift;
        if (octet < 0x80) {
            return [Number(value), offset];
        }
    }
    return null;
}

// All values of one field: Buffers of length-delimited fields, numbers of the others.
export function values(message, wanted) {
    const found = [];
    for (let offset = 0; offset < message.length;) {
        let key;
        let value;
        [key, offset] = readVarint(message, offset);
        [value, offset] = readValue(message, offset, key & 7);
        if (key >> 3 === wanted) {
            found.push(value);
        }
    }
    return found;
}

function readValue(message, offset, wireType) {
    switch (wireType) {
        case 0:
            return readVarint(message, offset);
        case 1:
            return [message.readBigUInt64LE(offset), offset + 8];
        case 2: {
            const [length, start] = readVarint(message, offset);
            return [message.subarray(start, start + length), start + length];
        }
        default:
            return [message.readUInt32LE(offset), offset + 4];
    }
}
