package org.novamq.image;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** A date in the place of a version: {@code 20180814}, {@code 2018-08-14}, {@code 201808}, {@code 2018.08}. */
final class BuildDate {
    /** The day on which Linux 4.15 came out (kernel.org). */
    static final LocalDate LINUX_4_15 = LocalDate.of(2018, 1, 28);

    private static final int YEAR_DIGITS = 4;
    private static final int MONTH_DIGITS = 2;
    private static final int DAY = YEAR_DIGITS + MONTH_DIGITS + MONTH_DIGITS;
    private static final int FIRST_YEAR = 1990;
    private static final int LAST_YEAR = 2099;

    private BuildDate() {}

    /**
     * The date at the beginning of a number's parts; a month is its first day.
     *
     * @param kernels of the system: a year and a month that is one of its versions is not a date
     */
    static Optional<LocalDate> read(List<String> parts, Kernels kernels) {
        String first = parts.get(0);
        if (first.length() >= DAY) {
            return date(first.substring(0, 4), first.substring(4, 6), first.substring(6, 8));
        }
        if (first.length() == YEAR_DIGITS + MONTH_DIGITS) {
            return date(first.substring(0, YEAR_DIGITS), first.substring(YEAR_DIGITS), "01");
        }
        if (first.length() != YEAR_DIGITS || parts.size() == 1) {
            return Optional.empty();
        }
        if (parts.size() > 2 && parts.get(2).length() == MONTH_DIGITS) {
            return date(first, parts.get(1), parts.get(2));
        }
        boolean version = !kernels.isEmpty()
                && Version.parse(first).filter(kernels::canBe).isPresent();
        return version ? Optional.empty() : date(first, parts.get(1), "01");
    }

    private static Optional<LocalDate> date(String year, String month, String day) {
        if (month.length() > MONTH_DIGITS || day.length() > MONTH_DIGITS) {
            return Optional.empty();
        }
        try {
            LocalDate date = LocalDate.of(Integer.parseInt(year), Integer.parseInt(month), Integer.parseInt(day));
            return Optional.of(date).filter(d -> d.getYear() >= FIRST_YEAR && d.getYear() <= LAST_YEAR);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
