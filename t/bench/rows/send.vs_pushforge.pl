package Bench::Row::SendVsPushforge;

# npm's @pushforge/builder, which has the cryptography of the Web Crypto API, over the HTTP/2 of Node.js,
# against all of webpushd's way.

use strict;
use warnings;

use Bench::Rivals;

{
    name => 'send.vs_pushforge',
    unit => 'us CPU/message',
    against => "npm's pushforge",
    measure => sub { compare_with('pushforge', @_) },
};
