#!/usr/bin/env perl
# The module's README has every directive of the command table, with its contexts, and every variable,
# and no others.

use WebPush::Test;

my $folder = root() . '/src/ngx_http_webpush';
my %names = (NGX_HTTP_MAIN_CONF => 'http', NGX_HTTP_SRV_CONF => 'server',
    NGX_HTTP_LOC_CONF => 'location');

my $source = read_file("$folder/commands.cpp");
my ($table) = $source =~ /ngx_command_t commands\[\] = \{(.*?)ngx_null_command/s;
my ($anywhere) = $source =~ /anywhere = ([^;]+);/;
my %directives;
while ($table =~ /ngx_string\("(\w+)"\),\s*([^,]+),/g) {
    my ($name, $type) = ($1, $2);
    $type =~ s/\banywhere\b/$anywhere/;
    $directives{$name} = {
        contexts => join(', ', map { "`$names{$_}`" } grep { $type =~ /$_/ }
            qw(NGX_HTTP_MAIN_CONF NGX_HTTP_SRV_CONF NGX_HTTP_LOC_CONF)),
        arguments => $type =~ /NOARGS.*TAKE1/ ? '[1]' : $type =~ /NOARGS/ ? 0
            : $type =~ /1MORE/ ? '1...' : $type =~ /TAKE12(3?)/ ? '1..' . ($1 || 2) : 1,
    };
}
cmp_ok(scalar keys %directives, '>=', 16, 'the command table is found');

my $readme = read_file("$folder/README.md");
my ($section) = $readme =~ /^## Directives\n(.*?)^## /ms;
my @sections = split /^### /m, $section;
shift @sections;
is(join(' ', map { /^(\w+)/ } @sections), join(' ', sort keys %directives),
    'a section for each directive, in alphabetical order');

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
    like($default, qr/^(?:—|`$name .+;`|the host name)$/, "$name: default");
    cmp_ok(length($prose // ''), '>', 60, "$name: prose");
}

my ($variables) = read_file("$folder/variables.cpp") =~ /ngx_http_variable_t variables\[\] = \{(.*?)^\};/ms;
my @names = $variables =~ /ngx_string\("(\w+)"\)/g;
cmp_ok(scalar @names, '>=', 5, 'the table of variables is found');
my ($embedded) = $readme =~ /^## Embedded variables\n(.*?)^## /ms;
my %prose = $embedded =~ /^### \$(\w+)\n\n(.*?)(?=^### |\z)/msg;
is(join(' ', $embedded =~ /^### \$(\w+)$/mg), join(' ', sort @names),
    'a section for each variable, in alphabetical order');
cmp_ok(length($prose{$_} // ''), '>', 60, "\$$_: prose") for @names;

done_testing();
