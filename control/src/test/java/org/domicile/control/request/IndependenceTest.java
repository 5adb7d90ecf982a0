package org.domicile.control.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.domicile.control.organisation.Organisation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** I6: who may decide about whose request, case by case, and what they are told. */
class IndependenceTest {
    private static final Organisation ORGANISATION = World.organisation();
    private static final Independence INDEPENDENCE = World.independence(ORGANISATION);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    second        | analyst       | yes |
                    owner         | analyst       | yes |
                    eye           | analyst       | yes |
                    eye           | us_analyst    | yes |
                    at_fund       | analyst       | yes |
                    at_small_part | analyst       | yes |
                    at_quarter    | analyst_two   | yes |
                    analyst       | analyst       | no  | they asked for it
                    lead          | analyst       | no  | analyst reports to lead
                    boss          | analyst       | no  | analyst reports to lead, who reports to boss
                    junior        | analyst       | no  | junior reports to analyst
                    deep          | analyst       | no  | deep reports to junior, who reports to analyst
                    paper         | analyst       | no  | paper reports to middle, who reports to boss, and analyst reports to lead, who reports to boss
                    paper         | lead          | no  | and lead reports to boss
                    second        | us_analyst    | no  | works for custodian_us, and us_analyst works for custodian_us
                    at_app        | analyst       | no  | works for app, and analyst works for app
                    contractor    | analyst       | no  | works for app, and analyst works for app
                    at_holding    | analyst       | no  | works for holding, and holding owns 30 % of app
                    at_quarter    | analyst       | no  | works for quarter, and quarter owns 25 % of app
                    at_top        | analyst       | no  | works for top, and top owns, through what it has 25 % or more of, 30 % of app
                    at_pair       | analyst_two   | no  | works for pair, and pair owns 39.2 % of app_two
                    at_sister     | analyst       | no  | works for sister: holding owns 25 % of sister, and holding owns 30 % of app
                    at_subsidiary | analyst       | no  | works for subsidiary: app owns 25 % of subsidiary, and analyst works for app
                    shareholder   | analyst_three | no  | shareholder owns 25 % of app_three
                    shareholder   | analyst       | yes |
                    in_beijing    | analyst       | no  | is a covered person: resides in CN
                    leaver        | analyst       | no  | is disabled
                    keyless       | analyst       | no  | has no registered approval key
                    roleless      | analyst       | no  | is no data owner, custodian or overseer
                    jobless       | analyst       | no  | works for nobody that the organisation knows
                    twin          | analyst       | no  | has the same key as analyst
                    stranger      | analyst       | no  | nobody in the organisation is called stranger
                    second        | stranger      | no  | nobody in the organisation is called stranger
                    """)
    void judges(String approver, String requester, String may, String because) {
        Independence.Judgement judgement = INDEPENDENCE.judge(approver, requester);
        assertThat(judgement.may()).as(judgement.checks().toString()).isEqualTo(may.equals("yes"));
        if (because == null) {
            assertThat(judgement.objections()).isEmpty();
            assertThat(judgement.checks()).hasSizeGreaterThan(5);
        } else {
            assertThat(judgement.objections()).contains(because);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    owner     | second      | yes |
                    second    | eye         | yes |
                    owner     | eye         | yes |
                    owner     | colleague   | yes |
                    owner     | chief       | no  | owner reports to chief
                    chief     | owner       | no  | owner reports to chief
                    owner     | owner_two   | no  | both are data owners
                    junior    | deep        | no  | deep reports to junior
                    second    | second      | no  | not two people
                    second    | second_twin | no  | has the same key as second_twin
                    """)
    void weighsTwo(String one, String other, String may, String because) {
        Independence.Judgement judgement = INDEPENDENCE.together(one, other);
        assertThat(judgement.may()).as(judgement.objections()).isEqualTo(may.equals("yes"));
        if (because != null) {
            assertThat(judgement.objections()).contains(because);
        }
    }

    @Test
    void showsEverybodyWithADecidingRoleWhyOrWhyNot() {
        assertThat(INDEPENDENCE.deciders("analyst"))
                .extracting(Independence.Judgement::person)
                .contains("owner", "second", "boss", "leaver")
                .doesNotContain("roleless", "analyst");
    }
}
