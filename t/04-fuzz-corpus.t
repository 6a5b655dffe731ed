# Every parser of octets from outside has a fuzz target (t/fuzz/NAME.cpp) with seeds
# (t/fuzz/corpus/NAME/); here each runs on its seeds and their near neighbours. `make fuzz` searches
# on from there.

use WebPush::Test;
use WebPush::Process qw(capture sanitizer_reports);

chdir root() or die;
my @sources = grep { !m{^t/fuzz/replay/} } glob 't/fuzz/*.cpp t/fuzz/*/*.cpp';
my @targets = sort map { s{^t/fuzz/}{}r =~ s/\.cpp$//r } @sources;
cmp_ok(scalar @targets, '>', 0, 'there are fuzz targets');

my $all_targets = join '', map { read_file($_) } @sources;
my @parsers = map { read_file($_) =~ /^\S.*\b(parse_\w+)\(/mg } glob 'src/*/*.h src/*/*/*.h';
cmp_ok(scalar @parsers, '>', 10, 'there are parsers');
is(join(' ', grep { $all_targets !~ /\b$_\(/ } @parsers), '', 'each is called by a target');

for my $target (@targets) {
    my @seeds = glob "t/fuzz/corpus/$target/*";
    my $result = capture([build_path("fuzz/$target"), @seeds]);
    my ($inputs) = $result->{stdout} =~ /^(\d+) inputs$/m;
    my $good = $result->{exit} == 0 && ($inputs // 0) > @seeds && @seeds > 0
        && !sanitizer_reports($result->{stderr});
    ok($good, "$target: " . @seeds . ' seeds, ' . ($inputs // 'no') . ' inputs')
        or diag($result->{stderr});
}

done_testing();
