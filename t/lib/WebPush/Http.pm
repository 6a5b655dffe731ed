package WebPush::Http;

# A small HTTP/1.1 client that shows what is on the wire: one connection, kept alive, never reopened
# behind the test's back; able to send what is not HTTP at all.
#
#     my $http = WebPush::Http->new($port);
#     my $answer = $http->request(POST => '/push/subscribe', headers => [Origin => $o], body => $b);
#     is($answer->{status}, 400);  is($answer->{headers}{'content-type'}, ...);  $answer->{body}
#     $answer = $http->post_json('/push/event', {kind => 'shown'}, [Origin => $o]);
#     ok($http->is_open, 'kept alive');
#
# WebPush::Http2 is the same over HTTP/2.

use WebPush::Test;

use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use JSON::PP ();
use Socket qw(MSG_PEEK MSG_DONTWAIT);

my $json = JSON::PP->new->utf8->canonical;

# Options: host (for the Host header; default 127.0.0.1:port), seconds (deadline of one answer).
sub new {
    my ($class, $port, %option) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port, Timeout => 5)
        or die "connect to port $port: $@\n";
    return $class->on($socket, host => "127.0.0.1:$port", %option);
}

# The same at a Unix socket: WebPush::Http->at_socket($path).
sub at_socket {
    my ($class, $path, %option) = @_;
    my $socket = IO::Socket::UNIX->new(Peer => $path) or die "connect to $path: $!\n";
    return $class->on($socket, host => 'localhost', %option);
}

sub on {
    my ($class, $socket, %option) = @_;
    $socket->autoflush(1);
    return bless { socket => $socket, seconds => 10, buffer => '', %option }, $class;
}

# Options: headers => [Name => value, ...], body, chunked => 1 (the body as two chunks).
sub request {
    my ($self, $method, $path, %option) = @_;
    $self->send_raw(request_text($self->{host}, $method, $path, %option));
    return $self->read_answer($method);
}

sub get {
    my ($self, $path, @headers) = @_;
    return $self->request(GET => $path, headers => \@headers);
}

# `data` is encoded unless it is text already. The decoded answer, if it is JSON, is in {json}.
sub post_json {
    my ($self, $path, $data, $headers) = @_;
    my $body = ref $data ? $json->encode($data) : $data;
    my @headers = ('Content-Type' => 'application/json', @{ $headers // [] });
    return $self->request(POST => $path, headers => \@headers, body => $body);
}

sub request_text {
    my ($host, $method, $path, %option) = @_;
    my @headers = @{ $option{headers} // [] };
    my $text = "$method $path HTTP/1.1\r\n";
    $text .= "Host: $host\r\n" if !grep { lc eq 'host' } @headers;
    while (my ($name, $value) = splice @headers, 0, 2) {
        $text .= "$name: $value\r\n";
    }
    my $body = $option{body} // return "$text\r\n";
    return $text . "Transfer-Encoding: chunked\r\n\r\n" . two_chunks($body) if $option{chunked};
    return $text . 'Content-Length: ' . length($body) . "\r\n\r\n$body";
}

sub two_chunks {
    my ($body) = @_;
    my $half = int(length($body) / 2);
    my @parts = grep { length } substr($body, 0, $half), substr($body, $half);
    return join('', map { sprintf("%x\r\n%s\r\n", length, $_) } @parts) . "0\r\n\r\n";
}

# Octets as they are.
sub send_raw {
    my ($self, $octets) = @_;
    while (length $octets) {
        my $sent = syswrite($self->{socket}, $octets) // die "send: $!\n";
        substr($octets, 0, $sent, '');
    }
    return;
}

# {status, headers (lower-case names; repeated ones joined by ", "), body, json}. 1xx are skipped.
sub read_answer {
    my ($self, $method) = @_;
    my $head = $self->read_until("\r\n\r\n");
    my ($status) = $head =~ m{^HTTP/1\.[01] (\d{3})} or die "no status line: $head\n";
    return $self->read_answer($method) if $status < 200;
    my $answer = { status => $status, headers => parse_headers($head), body => '' };
    if (($method // '') ne 'HEAD' && $status != 204 && $status != 304) {
        $answer->{body} = $self->read_body($answer->{headers});
    }
    return with_json($answer);
}

sub parse_headers {
    my ($head) = @_;
    my %headers;
    for my $line (split /\r\n/, $head) {
        my ($name, $value) = $line =~ /^([^:\s]+):\s*(.*?)\s*$/ or next;
        $name = lc $name;
        $headers{$name} = exists $headers{$name} ? "$headers{$name}, $value" : $value;
    }
    return \%headers;
}

sub with_json {
    my ($answer) = @_;
    my $type = $answer->{headers}{'content-type'} // '';
    $answer->{json} = $json->decode($answer->{body})
        if length $answer->{body} && $type =~ m{^application/(?:[\w.-]+\+)?json\b};
    return $answer;
}

sub read_body {
    my ($self, $headers) = @_;
    return $self->read_chunks if ($headers->{'transfer-encoding'} // '') eq 'chunked';
    return $self->read_octets($headers->{'content-length'}) if defined $headers->{'content-length'};
    1 while $self->fill;
    return delete_all(\$self->{buffer});
}

sub read_chunks {
    my ($self) = @_;
    my $body = '';
    while (1) {
        my $size = hex $self->read_until("\r\n");
        $body .= $self->read_octets($size);
        $self->read_until("\r\n");
        return $body if $size == 0;
    }
}

sub read_until {
    my ($self, $mark) = @_;
    while (index($self->{buffer}, $mark) < 0) {
        $self->fill or die "connection closed by the server\n";
    }
    my $end = index($self->{buffer}, $mark) + length $mark;
    return substr($self->{buffer}, 0, $end, '');
}

sub read_octets {
    my ($self, $count) = @_;
    while (length $self->{buffer} < $count) {
        $self->fill or die "connection closed by the server\n";
    }
    return substr($self->{buffer}, 0, $count, '');
}

# Reads once; false at the end of the connection.
sub fill {
    my ($self) = @_;
    IO::Select->new($self->{socket})->can_read(deadline($self->{seconds}))
        or die "no answer within $self->{seconds} s\n";
    my $got = sysread $self->{socket}, $self->{buffer}, 65536, length $self->{buffer};
    return $got;
}

sub delete_all {
    my ($buffer) = @_;
    return substr(${$buffer}, 0, length ${$buffer}, '');
}

# Whether the server has left the connection open.
sub is_open {
    my ($self) = @_;
    my $got = recv $self->{socket}, my $octet, 1, MSG_PEEK | MSG_DONTWAIT;
    return !defined $got || length $octet;
}

# Half-closes: the server sees the end of what the client sends.
sub finish_sending {
    my ($self) = @_;
    shutdown $self->{socket}, 1;
    return;
}

# Closes with a reset instead of a goodbye.
sub abort {
    my ($self) = @_;
    setsockopt $self->{socket}, Socket::SOL_SOCKET(), Socket::SO_LINGER(), pack('ii', 1, 0);
    close $self->{socket};
    return;
}

sub close_connection {
    my ($self) = @_;
    close $self->{socket};
    return;
}

1;
