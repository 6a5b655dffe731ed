# The C++ units: every program of build/unit is a check of its own here; run with prove -v to see
# theirs. A source without a program would go unnoticed, so both lists are compared.

use WebPush::Test;
use WebPush::Process qw(capture sanitizer_reports);

chdir root() or die;
my @sources = sort map { s{^t/unit/}{}r =~ s/\.cpp$//r } glob 't/unit/*.cpp t/unit/*/*.cpp';
my @programs = grep { -x build_path("unit/$_") } @sources;
is("@programs", "@sources", 'every unit test is built');
cmp_ok(scalar @programs, '>', 0, 'there are unit tests');

for my $program (@programs) {
    my $result = capture([build_path("unit/$program")]);
    my ($planned) = $result->{stdout} =~ /^1\.\.(\d+)$/m;
    my $passed = () = $result->{stdout} =~ /^ok /mg;
    my $good = $result->{exit} == 0 && $planned && $passed == $planned
        && !sanitizer_reports($result->{stderr});
    ok($good, "$program: " . ($planned // 'no plan') . ' checks')
        or diag("exit $result->{exit}\n$result->{stdout}$result->{stderr}");
}

done_testing();
