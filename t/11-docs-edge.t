#!/usr/bin/env perl
# The module's README has every directive of the command table, with its contexts, arguments and default, and
# every variable, and no others; nginx takes what is written there; and the project's README names them all.

use WebPush::Test;
use WebPush::Edge;

my $folder = root() . '/src/ngx_http_webpush';
my %names = (NGX_HTTP_MAIN_CONF => 'http', NGX_HTTP_SRV_CONF => 'server',
    NGX_HTTP_LOC_CONF => 'location');

my $source = read_file("$folder/commands.cpp");
my ($table) = $source =~ /ngx_command_t commands\[\] = \{(.*?)ngx_null_command/s;
my ($anywhere) = $source =~ /anywhere = ([^;]+);/;
my %directives;
my %member = (webpush_limit_subscriptions => 'subscription_limits');    # where the table does not say it
for my $entry (split /\n\n/, $table) {
    my ($name, $type) = $entry =~ /ngx_string\("(\w+)"\),\s*([^,]+),/ or next;
    $type =~ s/\banywhere\b/$anywhere/;
    $directives{$name} = {
        contexts => join(', ', map { "`$names{$_}`" } grep { $type =~ /$_/ }
            qw(NGX_HTTP_MAIN_CONF NGX_HTTP_SRV_CONF NGX_HTTP_LOC_CONF)),
        arguments => $type =~ /NOARGS.*TAKE1/ ? '[1]' : $type =~ /NOARGS/ ? 0
            : $type =~ /1MORE/ ? '1...' : $type =~ /TAKE12(3?)/ ? '1..' . ($1 || 2) : 1,
        flag => scalar($type =~ /FLAG/),
        member => $entry =~ /offsetof\(\w+, (\w+)\)/ ? $1 : $member{$name} // $name =~ s/^webpush_//r,
    };
}
cmp_ok(scalar keys %directives, '>=', 16, 'the command table is found');

my $readme = read_file("$folder/README.md");
my ($section) = $readme =~ /^## Directives\n(.*?)^## /ms;
my @sections = split /^### /m, $section;
shift @sections;
my %documented;    # default, and words that the syntax offers
is(join(' ', map { /^(\w+)/ } @sections), join(' ', sort keys %directives),
    'a section for each directive, in alphabetical order');

my $overview = read_file(root() . '/README.md');
is(join(' ', grep { $overview !~ /^\|.*`$_`.* \|/m } sort keys %directives), '', "all are in the project's README, too");

for my $text (@sections) {
    my ($name) = $text =~ /^(\w+)/;
    my ($syntax, $default, $contexts, $prose) = $text =~ /
        ^\*\*Syntax:\*\*[ ]`([^\n]+);`\\\n
        \*\*Default:\*\*[ ]([^\n]+)\\\n
        \*\*Context:\*\*[ ]([^\n]+)\n
        \n(\S.*)/xms;
    is($contexts, $directives{$name}{contexts}, "$name: contexts");
    my (undef, @arguments) = split ' ', ($syntax // '') =~ s/ \| \S+//gr;    # one of several
    my $count = @arguments && $arguments[-1] eq '...' ? '1...' : @arguments;
    $count = '1..' . @arguments if @arguments > 1 && $arguments[-1] =~ /^\[/;
    $count = '[1]' if @arguments && $arguments[0] =~ /^\[/;
    is($count, $directives{$name}{arguments}, "$name: arguments");
    my ($value) = $default =~ /^`$name (.+);`$/;
    is(in_plain_units($syntax, $value // $default), default_in_code($name), "$name: default");
    my @words = grep { /^[a-z]+$/ } split / \| /, $syntax =~ s/^\w+ ?|[][]//gr;
    is("@words", 'on off', "$name: a flag") if $directives{$name}{flag};
    $documented{$name} = { default => $value, words => \@words };
    cmp_ok(length($prose // ''), '>', 60, "$name: prose");
}

# ---- nginx takes each default in each context, and each word ----

my $edge = WebPush::Edge->new;
my (%lines, @lines_of_own);
for my $name (sort keys %documented) {
    my ($default, $words) = @{ $documented{$name} }{qw(default words)};
    push @lines_of_own, map { "$name $_;" } @$words;
    push @{ $lines{$_} }, "$name $default;" for defined $default ? $directives{$name}{contexts} =~ /\w+/g : ();
}
my $blocks = join "\n", map { "location /$_ { $lines_of_own[$_] }" } 0 .. $#lines_of_own;
my $http = join("\n", @{ $lines{http} }) =~ s{/var/lib/webpush/(edge|log)}{'%%' . uc($1) . '%%'}ger;
my $taken = $edge->nginx->try_config(<<"END");
%%GLOBALS%%
events {}
http {
    %%HTTP%%
    $http
    server {
        listen 127.0.0.1:%%PORT%%;
        @{ $lines{server} }
        location / { @{ $lines{location} } }
    }
    server {
        listen 127.0.0.1:%%PORT%%;
        server_name words;
        $blocks
    }
}
END
is($taken->{output}, '', 'nginx takes defaults and words');
cmp_ok(scalar @{ $lines{$_} }, '>=', 10, "in the context $_") for qw(http server location);
cmp_ok(scalar @lines_of_own, '>=', 12, 'words');

# ---- variables ----

my ($variables) = read_file("$folder/variables.cpp") =~ /ngx_http_variable_t variables\[\] = \{(.*?)^\};/ms;
my @names = $variables =~ /ngx_string\("(\w+)"\)/g;
cmp_ok(scalar @names, '>=', 5, 'the table of variables is found');
my ($embedded) = $readme =~ /^## Embedded variables\n(.*?)^## /ms;
my %prose = $embedded =~ /^### \$(\w+)\n\n(.*?)(?=^### |\z)/msg;
is(join(' ', $embedded =~ /^### \$(\w+)$/mg), join(' ', sort @names),
    'a section for each variable, in alphabetical order');
cmp_ok(length($prose{$_} // ''), '>', 60, "\$$_: prose") for @names;

done_testing();

# ---- defaults ----

# Sizes in octets, times in seconds; words as they are, "—" for none.
sub in_plain_units {
    my ($syntax, $value) = @_;
    my %size = ('' => 1, k => 1024, m => 1024 ** 2, g => 1024 ** 3);
    my %time = ('' => 1, s => 1, m => 60, h => 3600, d => 86400);
    my ($number, $unit) = $value =~ /^(\d+)([a-z]?)$/ or return $value;
    return $number * ($syntax =~ / SIZE$/ ? $size{$unit} : $time{$unit});
}

# What a directive that is not there stands for, by the merging and initialising in conf.cpp.
my $code;

sub default_in_code {
    my ($name) = @_;
    $code //= join '', map { read_file($_) } glob "$folder/*.cpp $folder/*.h";
    my $member = $directives{$name}{member};
    return 'the host name' if $code =~ /conf->$member = edge_id_from_host_name\(/;
    return 'default' if $code =~ /conf\.$member\.len > 0 \? &conf\.$member : nullptr;/;    # nginx's own
    return $1 if $code =~ /ngx_path_init_t default_$member = \{ngx_string\("(.+?)"\)/;
    my ($default) = $code =~ /ngx_conf_(?:merge|init)_\w*value\(conf(?:->|\.)$member,(?: prev\.$member,)? ([^;]+)\);/;
    return '—' if !defined $default || $default eq '""';
    return $1 if $default =~ /^"(.+)"$/;
    return 'off' if $default eq 'nullptr' || $directives{$name}{flag} && $default eq '0';
    return $1 if $code =~ /\{ngx_string\("(\w+)"\), \Q$default\E\}/;
    my ($constant) = $default =~ /(\w+)$/;
    my ($product) = $code =~ /constexpr [\w:]+ $constant = ([\d *]+);/ or return "$default?";
    my $value = 1;
    $value *= $_ for split / \* /, $product;
    return $value;
}
