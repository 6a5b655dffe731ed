package WebPush::Visitor;

# A visitor of the demo shop: Chromium, and nginx with the edge. There is no webpushd: settings and
# delivery tokens are made here, pushes are handed to the worker directly.
#
#     my $visitor = WebPush::Visitor->start;
#     $visitor->visit('/');
#     $visitor->ask;
#     $visitor->browser->click($visitor->accept);
#     $visitor->next_record('subscribe');
#     $visitor->push_run(1, title => 'First');
#     $visitor->event_is('shown', 1, 'reported');

use WebPush::Test;
use WebPush::Browser;
use WebPush::Crypt;
use WebPush::Edge ();
use WebPush::Shop;

use JSON::PP ();

use constant { FORM => '#webpush-consent', LONG => 30 };    # s; a busy machine's browser is slow

sub start {
    my ($class) = @_;
    my $edge = WebPush::Edge->new;
    my $self = bless { edge => $edge, keys => {}, seen => {}, issued => time }, $class;
    $edge->nginx->write_config(shop());
    $self->{settings} = $edge->edge_dir . '/default/public';
    mkdir $self->{settings} or die "mkdir $self->{settings}: $!";
    $self->write_settings;
    $edge->run;
    $self->{origin} = shop_origin($edge->nginx);
    $self->{browser} = WebPush::Browser->start('chromium', origin => $self->{origin});
    return $self;
}

sub browser { return $_[0]{browser} }
sub edge { return $_[0]{edge} }
sub origin { return $_[0]{origin} }

# ---- the site ----

# What the edge can be made to answer to who subscribes or leaves, instead of the module's answer.
my %answers = (
    refused => 'return 403;',
    busy => 'add_header Retry-After 1 always; return 503;',
    away => 'add_header Retry-After 60 always; return 503;',    # longer than a page waits
);

# A file switches an answer on: a reload would leave connections to workers that know the old one.
sub shop {
    my $config = shop_config(edge => '%%EDGE%%', log => '%%LOG%%');
    for my $name (qw(subscribe unsubscribe)) {
        my $ifs = join ' ', map { "if (-f %%DIR%%/$name.$_) { $answers{$_} }" } sort keys %answers;
        $config =~ s/webpush_$name;/$ifs webpush_$name;/ or die "no location $name\n";
    }
    return $config;
}

# answer_with(subscribe => 'busy'); without any the module answers again.
sub answer_with {
    my ($self, %answer) = @_;
    my $dir = $self->{edge}->nginx->dir;
    unlink glob "$dir/*subscribe.*";
    write_file("$dir/$_.$answer{$_}", '') for keys %answer;
    return;
}

# The key pairs' public halves, by the name they have here; the private ones are not needed, as
# nothing is encrypted.
sub key_of {
    my ($self, $name) = @_;
    return $self->{keys}{$name} //= do {
        my $public = WebPush::Crypt::browser_keys()->{p256dh};
        { id => substr($public, 1, 8), public => $public };
    };
}

# key: name of the site's key; auto: the form comes by itself.
sub write_settings {
    my ($self, %option) = @_;
    my $key = $self->key_of($option{key} // 'old');
    write_file("$self->{settings}/config.json", JSON::PP::encode_json({
        v => 1, site => 'default', consent => '3',
        vapid => $key->{id}, applicationServerKey => $key->{public},
        prompt => {
            title => 'Would you like to hear from us?',
            text => 'We send you news as notifications. You can stop them at any time.',
            accept => 'Yes, please', later => 'Not now', auto => $option{auto} // JSON::PP::false,
        },
    }));
    return;
}

# ---- the page ----

sub visit {
    my ($self, $path) = @_;
    return $self->{browser}->visit($self->{origin} . $path);
}

sub status { return $_[0]{browser}->evaluate('webpush.status()') }

# The endpoint of the browser's own subscription, or "none".
sub subscription {
    my ($self) = @_;
    return $self->{browser}->evaluate(q{navigator.serviceWorker.getRegistration('/push/')
        .then((registration) => registration.pushManager.getSubscription())
        .then((subscription) => subscription ? subscription.endpoint : 'none')});
}

sub accept { return FORM . ' >>> .accept' }

# The form's text, undef when it is not there.
sub form { return $_[0]{browser}->text(FORM) }

# Leaves the answer for answer_is(), as the form waits for the visitor.
sub ask {
    my ($self, $options) = @_;
    $self->call('webpush.ask(' . ($options // '') . ')');
    wait_for { defined $self->form } 'the form';
    return;
}

# Starts what the answer of answer_is() comes from: a status, or the message of an error.
sub call {
    my ($self, $script) = @_;
    $self->{browser}->evaluate("$script.then((status) => { window.answer = status; },
        (error) => { window.answer = error.message; }), 0");
    return;
}

sub answer_is {
    my ($self, $expected, $name) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $answer = wait_for { $self->{browser}->evaluate('window.answer') } 'an answer', LONG;
    $self->{browser}->evaluate('delete window.answer');
    return is($answer, $expected, $name);
}

# JavaScript that changes what the browser remembers of the visitor's decision, called "old" there;
# a promise of that.
sub remembering {
    my ($self, $change) = @_;
    return <<"END";
new Promise((resolve) => {
    indexedDB.open('webpush').onsuccess = ({ target: { result: database } }) => {
        const table = database.transaction('state', 'readwrite').objectStore('state');
        table.get('consent').onsuccess = ({ target: { result: old } }) => {
            $change;
            table.put(old, 'consent').onsuccess = () => { database.close(); resolve(old); };
        };
    };
})
END
}

sub remember {
    my ($self, $change) = @_;
    return $self->{browser}->evaluate($self->remembering($change));
}

# ---- pushes ----

# A click link of this run to the subscription of the last record.
sub link_to {
    my ($self, $run, $target, $action) = @_;
    my %field = (run => $run, sub => $self->{id}, target => $target, action => $action);
    return $self->{origin} . $self->{edge}->click_link(%field);
}

# Sent later, a second copy has another token.
sub push_run {
    my ($self, $run, %notification) = @_;
    my %token = (run => $run, sub => $self->{id}, issued => ++$self->{issued});
    return $self->push_text(JSON::PP::encode_json({
        web_push => 8030,
        notification => {
            navigate => $self->link_to($run, "/?run-$run"), tag => "run-$run", %notification,
        },
        webpush => { v => 1, run => $run, token => $self->{edge}->delivery_token(%token) },
    }));
}

sub push_text {
    my ($self, $text) = @_;
    return $self->{browser}->push_text($self->scope, $text);
}

# What the JavaScript expression gives in the worker.
sub in_worker {
    my ($self, $script) = @_;
    return $self->{browser}->evaluate_in_worker($self->scope, $script);
}

sub scope { return "$_[0]{origin}/push/" }

# ---- the logs ----

# Every record that has come by now was read.
sub nothing_new {
    my ($self, $name) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my @records = $self->records;
    return is(scalar @records, $self->{seen}{records} // 0, $name);
}

sub next_record {
    my ($self, $kind) = @_;
    my $next = $self->next_of('records');
    $self->{id} = $next->{id} if $kind eq 'subscribe';
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is($next->{k}, $kind, "the edge has the $kind");
    return $next;
}

sub next_event { return $_[0]->next_of('run_events') }

sub next_of {
    my ($self, $what) = @_;
    my $seen = \$self->{seen}{$what};
    my $next = wait_for { ($self->$what)[ $$seen // 0 ] } "one more of the $what", LONG;
    $$seen++;
    return $next;
}

sub records { return $_[0]{edge}->records('subscriptions') }

# What happened to notifications; what is about no run is not looked at.
sub run_events { return grep { defined $_->{run} } $_[0]{edge}->records('events') }

sub event_is {
    my ($self, $kind, $run, $name) = @_;
    my $event = $self->next_event;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return is("$event->{k} $event->{run}", "$kind $run", $name);
}

1;
