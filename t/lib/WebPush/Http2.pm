package WebPush::Http2;

# WebPush::Http's requests and answers over one cleartext HTTP/2 connection (prior knowledge).
#
#     my $http = WebPush::Http2->new($port);
#     is($http->request(POST => '/push/event', headers => [...], body => $body)->{status}, 202);
#
#     my $stream = $http->start(POST => '/push/subscribe', ...);    # others may follow
#     $http->cancel($stream);                                      # RST_STREAM, or:
#     is($http->answer($stream)->{status}, 200);
#
# Protocol::HTTP2 instead of curl: curl reports an error when a server answers before it has read the
# whole body and then resets the stream with NO_ERROR (RFC 9113 section 8.1), as nginx does.

use WebPush::Test;
use WebPush::Http;

use IO::Select;
use IO::Socket::INET;
use Protocol::HTTP2::Client;
use Protocol::HTTP2::Constants qw(:errors :frame_types :settings);

# Options: host (for :authority), seconds (deadline of one answer), window (octets of a body that a
# server may send before open_window()).
sub new {
    my ($class, $port, %option) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port, Timeout => 5)
        or die "connect to port $port: $@\n";
    $socket->autoflush(1);
    my $window = delete $option{window};
    my %settings = defined $window ? (&SETTINGS_INITIAL_WINDOW_SIZE => $window) : ();
    return bless {
        socket => $socket,
        client => Protocol::HTTP2::Client->new(keepalive => 1, settings => \%settings),
        host => "127.0.0.1:$port",
        seconds => 10,
        %option,
    }, $class;
}

# {status, headers, body, json} as WebPush::Http.
sub request {
    my ($self, @request) = @_;
    return $self->answer($self->start(@request));
}

# Sends a request, as request(), and returns its stream: {id}, and {head} when its header has come.
sub start {
    my ($self, $method, $path, %option) = @_;
    my $stream = {};
    $self->{client}->request(
        ':scheme' => 'http',
        ':authority' => $self->{host},
        ':path' => $path,
        ':method' => $method,
        headers => lower_case_names(@{ $option{headers} // [] }),
        (defined $option{body} ? (data => $option{body}) : ()),
        on_headers => sub { $stream->{head} = 1 },
        on_done => sub { $stream->{answer} = answer_of(@_) },
        on_error => sub { $stream->{reset} = shift },
    );
    $stream->{id} = $self->{client}{con}{last_stream};
    $self->flush;
    return $stream;
}

# Waits for the answer of a stream.
sub answer {
    my ($self, $stream) = @_;
    $self->exchange until $stream->{answer} || defined $stream->{reset};
    die "stream reset with error $stream->{reset}\n" if defined $stream->{reset};
    return WebPush::Http::with_json($stream->{answer});
}

# RST_STREAM.
sub cancel {
    my ($self, $stream) = @_;
    $self->{client}{con}->stream_error($stream->{id}, CANCEL);
    return $self->flush;
}

# WINDOW_UPDATE: the server may send so much of the stream's body.
sub open_window {
    my ($self, $stream, $octets) = @_;
    my $connection = $self->{client}{con};
    $connection->stream_fcw_recv($stream->{id}, $octets);
    $connection->enqueue(WINDOW_UPDATE, 0, $stream->{id}, $octets);
    return $self->flush;
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
