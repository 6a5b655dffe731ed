package Bench::Row::SendVsWebPush;

# npm's web-push, the sender that most sites use, its whole way over HTTP/1.1, against all of webpushd's.

use strict;
use warnings;

use Bench::Rivals;

{
    name => 'send.vs_web_push',
    unit => 'us CPU/message',
    against => "npm's web-push",
    measure => sub { compare_with('web-push', @_) },
};
