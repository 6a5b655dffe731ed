package WebPush::CrowdMember;

# One process of a crowd: some browsers, one connection after the other, one request at a time. What it
# was told is done goes to a file, for WebPush::Ledger; what it counts, to another one once a second.
#
#     WebPush::CrowdMember->new($edge, ledger => $path, figures => $path, rate => 80)->run($is_over);

use WebPush::Test;
use WebPush::CrowdBrowser;
use WebPush::Edge;
use WebPush::Http;
use WebPush::Http2;

use JSON::PP ();
use List::Util qw(max);
use Time::HiRes qw(time sleep);

# Now and then a browser is never seen again, and another one comes.
use constant { BROWSERS => 60, LEAVES => 1 / 40, PATIENCE => 40, BATCH => 20, SLOWEST => 4, H2_REQUESTS => 400 };

my $json = JSON::PP->new->utf8->canonical;

my @actions = (
    of_browser => 60, receipt => 12, batch => 4, click => 6, visit => 5, prompt => 3, junk => 4, status => 2,
    cut => 2, impatient => 2, dawdle => 2,
);

# Options: ledger, figures (paths), rate (requests a second at most), http2 => 1.
sub new {
    my ($class, $edge, %option) = @_;
    my $self = bless { edge => $edge, %option, problems => [] }, $class;
    $self->{count} = { map { $_ => 0 } qw(requests acknowledged refused unanswered prompts) };
    open $self->{out}, '>:raw', $self->{ledger} or die "$self->{ledger}: $!";
    $self->{browsers} = [map { WebPush::CrowdBrowser->new($edge) } 1 .. BROWSERS];
    return $self;
}

sub run {
    my ($self, $is_over) = @_;
    my $next = time;
    $self->{is_over} = $is_over;
    while (!$is_over->()) {
        $self->finish_dawdling if $self->{slow} && time > $self->{slow}{due};
        my $action = WebPush::CrowdBrowser::picked(@actions);
        $self->$action;
        $self->tell_figures if int time != ($self->{told} // 0);
        $next = max($next + 1 / $self->{rate}, my $now = time);
        sleep $next - $now;
    }
    my @slow = $self->{slow} ? $self->{slow}{browser} : ();
    $self->note_down(map { $_->expected } @{ $self->{browsers} }, @slow);
    $self->tell_figures;
    return;
}

sub note_down {
    my ($self, @lines) = @_;
    print { $self->{out} } map { "$_\n" } @lines or die "$self->{ledger}: $!";
    $self->{out}->flush;
    return;
}

sub tell_figures {
    my ($self) = @_;
    $self->{told} = int time;
    write_file("$self->{figures}.new", $json->encode({ %{ $self->{count} }, problems => $self->{problems} }));
    rename "$self->{figures}.new", $self->{figures} or die "rename: $!";
    return;
}

sub problem {
    my ($self, $text) = @_;
    push @{ $self->{problems} }, substr $text, 0, 200 if @{ $self->{problems} } < 20;
    return;
}

# ---- browsers ----

sub of_browser {
    my ($self) = @_;
    my $browser = $self->next_browser;
    my $request = $browser->next_request;
    my $answer = $self->post($request, chunked => rand() < 0.2);
    my $done = $self->is_done($request, $answer);
    $self->acknowledge($browser) if $done;
    $self->renew($browser) if $done && rand() < LEAVES;
    return;
}

sub acknowledge {
    my ($self, $browser) = @_;
    $browser->acknowledge;
    $self->note_down($browser->settled);
    return;
}

# In turns: two decisions of a browser are never made within one millisecond.
sub next_browser {
    my ($self) = @_;
    push @{ $self->{browsers} }, my $next = shift @{ $self->{browsers} };
    return $next;
}

sub renew {
    my ($self, $browser) = @_;
    $self->note_down($browser->expected);
    $self->{browsers}[-1] = WebPush::CrowdBrowser->new($self->{edge});
    return;
}

# Sends all of a request and goes: it may be done or not.
sub impatient {
    my ($self) = @_;
    my $request = $self->next_browser->next_request;
    return $self->go_after($request, sub { $_[0] });
}

# Goes in the middle of a request, which is never done then; but a browser does not know that.
sub cut {
    my ($self) = @_;
    my $request = $self->next_browser->next_request;
    return $self->go_after($request, sub { substr $_[0], 0, int rand length $_[0] });
}

sub go_after {
    my ($self, $request, $part) = @_;
    ++$self->{count}{requests};
    my @headers = headers_of($request);
    eval {
        my $http = $self->connection;
        if ($self->{http2}) {
            $http->cancel($http->start(POST => $request->{path}, headers => \@headers, body => $request->{body}));
        } else {
            my $text = WebPush::Http::request_text('crowd', POST => $request->{path}, headers => \@headers,
                body => $request->{body}, chunked => rand() < 0.3);
            $http->send_raw($part->($text));
            $http->abort;
        }
    };
    delete $self->{http};
    return;
}

# Sends the first half of a request, and the other one seconds later: its worker may have to leave by then.
sub dawdle {
    my ($self) = @_;
    return if $self->{slow} || $self->{http2};
    my $http = eval { $self->{edge}->client(seconds => PATIENCE) } or return;
    my $browser = shift @{ $self->{browsers} };
    my $request = $browser->next_request;
    my $text = WebPush::Http::request_text('crowd', POST => $request->{path}, headers => [headers_of($request)],
        body => $request->{body});
    my $rest = substr $text, length($text) / 2, length $text, '';
    eval { $http->send_raw($text) };
    $self->{slow} = { browser => $browser, http => $http, rest => $rest, due => time + rand SLOWEST };
    return;
}

sub finish_dawdling {
    my ($self) = @_;
    my $slow = delete $self->{slow};
    my $browser = $slow->{browser};
    my $answer = $self->take(sub { $slow->{http}->send_raw($slow->{rest}); $slow->{http}->read_answer });
    $self->acknowledge($browser) if $self->is_done($browser->next_request, $answer);
    push @{ $self->{browsers} }, $browser;
    return;
}

# ---- events ----

sub receipt { my ($self) = @_; return $self->receipts(1) }
sub batch { my ($self) = @_; return $self->receipts(2 + int rand BATCH) }

sub receipts {
    my ($self, $number) = @_;
    my @receipts = map { [rand() < 0.8 ? 'shown' : 'closed', WebPush::CrowdBrowser::random_id()] } 1 .. $number;
    my @events = map { { event => $_->[0], token => $self->{edge}->delivery_token(sub => $_->[1]) } } @receipts;
    my %request = (path => '/push/event', ok => 202);
    $request{body} = $json->encode($number == 1 ? $events[0] : { events => \@events });
    $request{accepted} = $number if $number > 1;
    if ($self->is_done(\%request, $self->post(\%request, chunked => rand() < 0.2))) {
        $self->note_down(map { WebPush::CrowdBrowser::line('e', $_->[1], $_->[0]) } @receipts);
    }
    return;
}

# It leads on in any case; the header says whether it was recorded.
sub click {
    my ($self) = @_;
    my $id = WebPush::CrowdBrowser::random_id();
    my $answer = $self->ask(GET => $self->{edge}->click_link(sub => $id, target => '/page?s=sale')) or return;
    return $self->problem("click: $answer->{status}") if $answer->{status} != 302;
    my $result = $answer->{headers}{'x-result'} // '';
    $self->note_down(WebPush::CrowdBrowser::line('e', $id, 'click')) if $result eq 'accepted';
    ++$self->{count}{ $result eq 'accepted' ? 'acknowledged' : 'refused' };
    return;
}

sub prompt {
    my ($self) = @_;
    my %request = (path => '/push/event', ok => 202, body => '{"event":"prompt","step":"shown"}');
    ++$self->{count}{prompts} if $self->is_done(\%request, $self->post(\%request));
    return;
}

# ---- the rest ----

sub visit {
    my ($self) = @_;
    my $cookie = '__Host-webpush_visitor=' . $self->{edge}->visitor_token(sub => $self->next_browser->{id});
    my $answer = $self->ask(GET => '/page?s=sport', headers => [Cookie => $cookie]) or return;
    $self->problem("page: $answer->{status}") if $answer->{status} != 200;
    return;
}

sub junk {
    my ($self) = @_;
    my $good = $json->encode(subscription());
    my @junk = (
        substr($good, 0, int rand length $good), WebPush::Edge::random_octets(int rand 2000), 'x' x 40_000,
        '[' x 5000, '{"event":"shown","token":"forged"}', '',
    );
    my $path = (qw(/push/subscribe /push/unsubscribe /push/event))[rand 3];
    my %bad = (headers => ['Content-Type' => 'application/json'], body => $junk[rand @junk]);
    my $answer = $self->ask(POST => $path, %bad) or return;
    $self->problem("junk at $path: $answer->{status}") if $answer->{status} !~ /^(?:4\d\d|503)$/;
    delete $self->{http} if $answer->{status} == 413;
    return;
}

# Counters never go back: the shared memory is whole.
sub status {
    my ($self) = @_;
    my $answer = $self->ask(GET => '/status') or return;
    my $status = $answer->{json} or return $self->problem("status: $answer->{status}");
    my %now = (subscribed => $status->{sites}{default}{subscribe}{accepted}, syncs => $status->{sync}{count},
        map { ($_ => $status->{logs}{$_}{records}) } qw(subscriptions events));
    my $before = $self->{status};
    if ($before) {
        my @back = grep { ($now{$_} // 0) < ($before->{$_} // 0) } sort keys %now;
        $self->problem("status: $_ went from $before->{$_} to $now{$_}") for @back;
    }
    $self->{status} = \%now;
    return;
}

# ---- requests ----

sub is_done {
    my ($self, $request, $answer) = @_;
    return 0 if !$answer;
    if ($answer->{status} == 503) {
        ++$self->{count}{refused};
        return 0;
    }
    my $done = $answer->{status} == $request->{ok}
        && (!$request->{accepted} || $answer->{json}{accepted} == $request->{accepted});
    ++$self->{count}{acknowledged} if $done;
    $self->problem("$request->{path} $request->{body}: $answer->{status} $answer->{body}") if !$done;
    return $done;
}

sub post {
    my ($self, $request, %option) = @_;
    return $self->ask(POST => $request->{path}, headers => [headers_of($request)], body => $request->{body}, %option);
}

sub headers_of {
    my ($request) = @_;
    return ('Content-Type' => 'application/json', 'X-Client' => int rand 50_000,
        $request->{cookie} ? (Cookie => $request->{cookie}) : ());
}

# Nothing when the connection ended without an answer, as a reload or a kill may have it. To wait in
# vain is another thing.
sub ask {
    my ($self, @request) = @_;
    my $answer = $self->take(sub { $self->connection->request(@request) });
    my $over = !$answer || ($answer->{headers}{connection} // '') eq 'close'
        || ++$self->{asked} % H2_REQUESTS == 0;
    delete $self->{http} if $over;
    return $answer;
}

sub take {
    my ($self, $request) = @_;
    ++$self->{count}{requests};
    my $answer = eval { $request->() };
    if (!$answer) {
        ++$self->{count}{unanswered};
        my $expected = $self->{is_over}->() || $@ =~ /closed by the server|connection is closed|^send: |reset/;
        $self->problem("no answer: $@") if !$expected;
    }
    return $answer;
}

sub connection {
    my ($self) = @_;
    my $nginx = $self->{edge}->nginx;
    return $self->{http} //= $self->{http2}
        ? WebPush::Http2->new($nginx->port(2), seconds => PATIENCE) : $self->{edge}->client(seconds => PATIENCE);
}

1;
