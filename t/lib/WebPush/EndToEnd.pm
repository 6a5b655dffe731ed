package WebPush::EndToEnd;

# Everything real at once: nginx with the module and the demo shop, webpushd with its own
# PostgreSQL, the command line, a stock browser. The steps of the way, each with its checks.
#
#     my $way = WebPush::EndToEnd->start('firefox');
#     $way->subscribe;
#     my $run = $way->send_campaign('Title', body => .., target => '/offers/');
#     $way->click($way->browser->notification('Title'), '/offers/');
#     $way->report_is($run, accepted => 1, shown => 1, clicked => 1);

use WebPush::Test;
use WebPush::Browser;
use WebPush::Daemon;
use WebPush::Nginx;
use WebPush::Shop;

use JSON::PP ();

sub start {
    my ($class, $name) = @_;
    my $nginx = WebPush::Nginx->new;
    my $origin = shop_origin($nginx);
    my $browser = WebPush::Browser->start($name, origin => $origin);
    my $daemon = WebPush::Daemon->new(args => [$browser->push_arguments]);
    $daemon->start;
    $daemon->cli(qw(site set default --origin), $origin, qw(--contact mailto:push@shop.example));
    my $state = $daemon->state_dir;
    $nginx->write_config(shop_config(edge => "$state/edge", log => "$state/log"));
    $nginx->run;
    my %part = (nginx => $nginx, origin => $origin, browser => $browser, daemon => $daemon);
    return bless \%part, $class;
}

sub browser { return $_[0]{browser} }
sub daemon { return $_[0]{daemon} }
sub access_log { return $_[0]{nginx}->access_log }

# ---- steps ----

# Visits the shop, presses its button, agrees on our form.
sub subscribe {
    my ($self) = @_;
    my $browser = $self->{browser};
    $browser->visit("$self->{origin}/");
    $browser->evaluate(
        q{addEventListener('click', (event) => { window.trusted = event.isTrusted; }, true), 0});
    $browser->click('#notify');
    $browser->click('#webpush-consent >>> .accept');
    wait_for { $browser->text('#notify-note') =~ /You will hear from us/ } 'the shop to say so', 20;
    wait_for { $self->count('subscription') == 1 } 'the subscription in the database';
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is($browser->evaluate('window.trusted'), 1, 'the click on our form is a trusted one');
    return like($self->access_log, qr{POST /push/subscribe \S+ 200}, 'which subscribes');
}

# Creates and sends; returns the run's id when the run is finished.
sub send_campaign {
    my ($self, $title, %message) = @_;
    my $campaign = $self->{daemon}->cli('campaign', 'create', '--name', $title, '--title', $title,
        map { ("--$_" => $message{$_}) } sort keys %message);
    my $run = $self->{daemon}->cli('campaign', 'send', $campaign->{id}, '--wait');
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is($run->{state}, 'finished', "\"$title\" is sent");
    return $run->{id};
}

# A click as a person makes it: browsers let a worker open a window only after a trusted one, so that
# the landing page is the proof (Firefox lets nobody look into its workers; Chromium's is asked, too).
# The link is counted by nginx, and the page that it leads to says that it was loaded.
sub click {
    my ($self, $notification, $target) = @_;
    my $landing = $self->{origin} . $target;
    my $seen = $self->subscription('seen_at');
    $self->{browser}->click_notification($notification);
    wait_for { grep { $_ eq $landing } $self->{browser}->pages } 'the landing page';
    wait_for { $self->subscription('seen_at') ne $seen } 'its refresh in the database';
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    like($self->access_log, qr{GET /push/c/\S+ \S+ 302}, 'a click goes through nginx');
    return like($self->access_log, qr{POST /push/subscribe \S+ 200 \d+ "\Q$landing\E"},
        'and the landing page says that it was loaded');
}

# What the JavaScript expression gives in the worker; Chromium only.
sub in_worker {
    my ($self, $script) = @_;
    return $self->{browser}->evaluate_in_worker("$self->{origin}/push/", $script);
}

sub unsubscribe {
    my ($self) = @_;
    my $browser = $self->{browser};
    $browser->visit("$self->{origin}/");
    wait_for { $browser->text('#notify') =~ /Stop/ } 'the button to offer it';
    $browser->click('#notify');
    wait_for { $browser->text('#notify-note') =~ /not hear from us any more/ } 'the shop to say so';
    wait_for { $self->count('subscription') == 0 } 'the end of the subscription in the database';
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return is($self->count("tombstone WHERE reason = 'left'"), 1, 'unsubscribed: a tombstone');
}

sub reaches_nobody {
    my ($self, $title) = @_;
    my $before = $self->{browser}->pushed;
    my $run = $self->send_campaign($title, body => 'Nobody reads this', target => '/');
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    $self->report_is($run, accepted => 0, shown => 0, closed => 0, clicked => 0, clicks => 0);
    return is($self->{browser}->pushed, $before, 'and the push service was not even asked');
}

# ---- what is known ----

sub report_is {
    my ($self, $run, %expected) = @_;
    my $report;
    eval {
        wait_for {
            $report = $self->{daemon}->cli('report', $run);
            !grep { $report->{$_} != $expected{$_} } keys %expected;
        } 'the report';
    };
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my %found = map { $_ => $report->{$_} } keys %expected;
    is_deeply(\%found, \%expected, "run $run: the report");
    my %rows = (accepted => $self->count("delivery WHERE run = $run AND outcome = 'accepted'"));
    for my $kind (qw(shown closed click)) {
        $rows{$kind} = $self->count("event WHERE run = $run AND kind = '$kind'");
    }
    return is_deeply(\%rows, {
        accepted => $expected{accepted}, shown => $expected{shown}, closed => $expected{closed},
        click => $expected{clicks},
    }, "run $run: the rows in the database");
}

sub wait_for_event {
    my ($self, $kind, $count) = @_;
    wait_for { $self->count("event WHERE kind = '$kind'") >= $count } "$kind in the database";
    return;
}

# A column of the only subscription.
sub subscription {
    my ($self, $column) = @_;
    return scalar $self->{daemon}->sql("SELECT $column FROM subscription");
}

sub count {
    my ($self, $what) = @_;
    return scalar $self->{daemon}->sql("SELECT count(*) FROM $what");
}

1;
