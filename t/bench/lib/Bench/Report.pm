package Bench::Report;

# The results of all rows as a table and as a file.
#
#     my $report = Bench::Report->new('build/bench.json');
#     $report->add($row, $result, $beside);    # $result is Bench::Compare's
#     $report->add_figures($row, {name, value, against, against_value, ratio}, ...);
#         # rows <row's name>.<name> in the row's unit; ratio is Bench::Compare::spread's, or left out
#     $report->add_value($row, $value, $beside);  # the row's target is the most that it may be
#     $report->write;
#     print $report->table;
#
# The file: {"machine": {...}, "rows": [{"name","value","unit","against","ratio","target","against_value",
# "low","high","beside"}, ...]}. Values and ratio are medians, low and high the rounds' least and greatest
# ratio, null where there was one round. A row that ends in ".a_a" is the noise of the one before it,
# without a target.

use strict;
use warnings;

use JSON::PP ();
use WebPush::Test;

sub new {
    my ($class, $path) = @_;
    return bless { path => $path, rows => [] }, $class;
}

sub add {
    my ($self, $row, $result, $beside) = @_;
    my $reference_us = rounded($result->{reference} / 1000);
    push @{ $self->{rows} }, {
        name => $row->{name},
        value => rounded($result->{ours} / 1000),
        unit => $row->{unit},
        against => $row->{against},
        against_value => $reference_us,
        target => $row->{target},
        ratios($result->{ratio}),
        beside => { map { $_ => rounded($beside->{$_}) } keys %$beside },
    }, {
        name => "$row->{name}.a_a",
        value => $reference_us,
        unit => $row->{unit},
        against => 'itself',
        against_value => $reference_us,
        target => undef,
        ratios($result->{a_a}),
    };
    return;
}

sub add_figures {
    my ($self, $row, @figures) = @_;
    for my $figure (@figures) {
        push @{ $self->{rows} }, {
            name => "$row->{name}.$figure->{name}",
            value => rounded($figure->{value}),
            unit => $row->{unit},
            against => $figure->{against},
            against_value => rounded($figure->{against_value}),
            target => undef,
            ratios($figure->{ratio}),
            beside => {},
        };
    }
    return;
}

sub add_value {
    my ($self, $row, $value, $beside) = @_;
    push @{ $self->{rows} }, {
        name => $row->{name},
        value => rounded($value),
        unit => $row->{unit},
        against => $row->{against},
        against_value => undef,
        target => $row->{target},
        ratios(undef),
        beside => { map { $_ => rounded($beside->{$_}) } keys %$beside },
    };
    return;
}

sub ratios {
    my ($spread) = @_;
    return map { $_ => undef } qw(ratio low high) if !$spread;
    my %ratio = map { $_ => 0 + sprintf '%.3f', $spread->{$_} } qw(median low high);
    $ratio{ratio} = delete $ratio{median};
    return %ratio;
}

# Three digits that mean something.
sub rounded {
    my ($number) = @_;
    return 0 + sprintf $number < 100 ? '%.3g' : '%.0f', $number;
}

sub write {
    my ($self) = @_;
    my $json = JSON::PP->new->canonical->pretty->indent_length(2);
    write_file("$self->{path}.new", $json->encode({ machine => machine(), rows => $self->{rows} }));
    rename "$self->{path}.new", $self->{path} or die "rename to $self->{path}: $!";
    return;
}

sub machine {
    my $processors = read_file('/proc/cpuinfo');
    return {
        processor => ($processors =~ /^model name\s*: (.*)/m)[0] // 'unknown',
        processors => scalar(() = $processors =~ /^processor/mg),
        kernel => read_file('/proc/sys/kernel/osrelease') =~ s/\n//r,
        load => (split ' ', read_file('/proc/loadavg'))[0] + 0,
        time => time,
    };
}

sub table {
    my ($self) = @_;
    my $text = sprintf "%-34s %7s %-15s %7s %-23s %6s  %-13s %s\n",
        'row', 'ours', '', 'other', '', qw(ratio spread wanted);
    for my $row (@{ $self->{rows} }) {
        my $name = $row->{name} =~ /\.a_a$/ ? '  A/A' : $row->{name};
        my $line = sprintf '%-34s %7s %-15s %7s %-23s %6s  %-13s %s',
            $name, @$row{qw(value unit)}, $row->{against_value} // '', $row->{against}, ratio_columns($row);
        $text .= $line =~ s/ +\z//r . "\n";
        my $beside = $row->{beside} // {};
        $text .= sprintf "    %12s %s\n", $beside->{$_}, $_ for sort keys %$beside;
    }
    return $text;
}

sub ratio_columns {
    my ($row) = @_;
    return '', '', wanted($row, '<=', $row->{value} > ($row->{target} // 0)) if !defined $row->{ratio};
    return sprintf('%.3f', $row->{ratio}), sprintf('%5.2f - %5.2f', @$row{qw(low high)}),
        wanted($row, '>=', $row->{ratio} < ($row->{target} // 0));
}

sub wanted {
    my ($row, $relation, $missed) = @_;
    return defined $row->{target} ? "$relation $row->{target}" . ($missed ? '  not yet' : '') : '';
}

1;
