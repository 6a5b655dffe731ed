package WebPush::Http2;

# WebPush::Http's requests and answers over one cleartext HTTP/2 connection (prior knowledge).
#
#     my $http = WebPush::Http2->new($port);
#     is($http->request(POST => '/push/event', headers => [...], body => $body)->{status}, 202);
#
# Protocol::HTTP2 instead of curl: curl reports an error when a server answers before it has read the
# whole body and then resets the stream with NO_ERROR (RFC 9113 section 8.1), as nginx does.

use WebPush::Test;
use WebPush::Http;

use IO::Select;
use IO::Socket::INET;
use Protocol::HTTP2::Client;

# Options: host (for :authority), seconds (deadline of one answer).
sub new {
    my ($class, $port, %option) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port, Timeout => 5)
        or die "connect to port $port: $@\n";
    $socket->autoflush(1);
    return bless {
        socket => $socket,
        client => Protocol::HTTP2::Client->new(keepalive => 1),
        host => "127.0.0.1:$port",
        seconds => 10,
        %option,
    }, $class;
}

# {status, headers, body, json} as WebPush::Http.
sub request {
    my ($self, $method, $path, %option) = @_;
    my ($answer, $reset);
    $self->{client}->request(
        ':scheme' => 'http',
        ':authority' => $self->{host},
        ':path' => $path,
        ':method' => $method,
        headers => lower_case_names(@{ $option{headers} // [] }),
        (defined $option{body} ? (data => $option{body}) : ()),
        on_done => sub { $answer = answer_of(@_) },
        on_error => sub { $reset = shift },
    );
    $self->exchange until $answer || defined $reset;
    die "stream reset with error $reset\n" if defined $reset;
    return WebPush::Http::with_json($answer);
}

sub get {
    my ($self, $path, @headers) = @_;
    return $self->request(GET => $path, headers => \@headers);
}

# Field names in upper case are malformed in HTTP/2 (RFC 9113 section 8.2.1).
sub lower_case_names {
    my (@headers) = @_;
    return [map { $_ % 2 ? $headers[$_] : lc $headers[$_] } 0 .. $#headers];
}

sub answer_of {
    my ($fields, $body) = @_;
    my %headers;
    for (my $i = 0; $i < @$fields; $i += 2) {
        my ($name, $value) = @$fields[$i, $i + 1];
        $headers{$name} = exists $headers{$name} ? "$headers{$name}, $value" : $value;
    }
    my $status = delete $headers{':status'};
    return { status => $status, headers => \%headers, body => $body // '' };
}

# Sends what waits and reads once.
sub exchange {
    my ($self) = @_;
    $self->flush;
    IO::Select->new($self->{socket})->can_read(deadline($self->{seconds}))
        or die "no answer within $self->{seconds} s\n";
    sysread $self->{socket}, my $octets, 65536 or die "connection closed by the server\n";
    $self->{client}->feed($octets);
    $self->flush;
    return;
}

sub flush {
    my ($self) = @_;
    while (my $frame = $self->{client}->next_frame) {
        syswrite $self->{socket}, $frame or die "send: $!\n";
    }
    return;
}

1;
