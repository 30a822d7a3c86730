package org.novamq.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RequestTextsTest {
    @Test
    void takesEachLineForARequestAndBlankOnesForNothing() throws IOException {
        assertThat(cut("\n{\"a\":1}\n\n  \n{\"b\":2}")).containsExactly("{\"a\":1}", "{\"b\":2}");
        assertThat(cut("\n \n")).isEmpty();
    }

    @Test
    void takesAnObjectOverManyLinesForOne() throws IOException {
        assertThat(cut("{\n  \"a\": 1\n\n}\n")).containsExactly("{\n  \"a\": 1\n\n}");
    }

    @Test
    void keepsABrokenObjectOverManyLinesInOnePiece() throws IOException {
        assertThat(cut("{\n  \"a\": 1,,\n}\n")).hasSize(1);
    }

    @Test
    void takesALineThatWasCutShortForARequestOfItsOwn() throws IOException {
        assertThat(cut("{\"a\":\n{\"b\":2}\n")).containsExactly("{\"a\":", "{\"b\":2}");
    }

    @Test
    void goesOnAfterALineThatIsNoJson() throws IOException {
        assertThat(cut("nonsense\n{\"b\":2}\n{\"c\":\n")).containsExactly("nonsense", "{\"b\":2}", "{\"c\":");
    }

    @Test
    void skipsAByteOrderMark() throws IOException {
        assertThat(cut("\uFEFF{\"a\":1}\n")).containsExactly("{\"a\":1}");
    }

    private static List<String> cut(String text) throws IOException {
        RequestTexts texts = new RequestTexts(new BufferedReader(new StringReader(text)));
        List<String> cut = new ArrayList<>();
        for (Optional<String> next = texts.next(); next.isPresent(); next = texts.next()) {
            cut.add(next.get());
        }
        return cut;
    }
}
