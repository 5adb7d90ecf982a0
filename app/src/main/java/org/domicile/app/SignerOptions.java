package org.domicile.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.request.RequestRecord.Entry;
import org.domicile.control.request.SignedAct;
import org.domicile.ledger.note.ApprovalSigner;
import org.domicile.yaml.Spelling;
import picocli.CommandLine.Option;

/** The options of every command that a person signs: who they are, and with what. */
final class SignerOptions {
    @Option(
            names = "--as",
            paramLabel = "PERSON",
            required = true,
            description = "Your id in organisation.yaml.")
    private String person = "";

    @Option(
            names = "--key",
            paramLabel = "FILE",
            required = true,
            description =
                    "Your key file, made by `domicile approval-key`. The passphrase of an encrypted one is"
                            + " read from "
                            + Ledgers.PASSPHRASE
                            + ".")
    private Path keyFile = Path.of("");

    String person() {
        return person;
    }

    /** The key, once it was found to be the one that is registered for the person. */
    ApprovalSigner signer(Organisation organisation) {
        Organisation.Person registered = organisation.people().get(person);
        if (registered == null) {
            throw new CommandFailure(
                    "nobody in organisation.yaml is called \""
                            + person
                            + "\"; "
                            + Spelling.instead(
                                    person,
                                    organisation.people().keySet(),
                                    "`domicile who` lists everybody"));
        }
        ApprovalSigner signer = load();
        if (!registered.approvalKey().filter(signer.verifierKey()::equals).isPresent()) {
            throw new CommandFailure(
                    keyFile
                            + " is not the key that organisation.yaml has for \""
                            + person
                            + "\"; it should have there: approval_key: "
                            + signer.verifierKey().text());
        }
        return signer;
    }

    /** Signs, now, what somebody does about a request or a freeze. */
    Entry sign(PolicyOptions.Target target, SignedAct.Kind kind, String about) {
        ApprovalSigner signer = signer(target.deciders().organisation());
        return new Entry(person, SignedAct.sign(kind, about, Instant.now(), signer).noteText());
    }

    private ApprovalSigner load() {
        return load(keyFile);
    }

    /** Reads a key file, whosever it is. */
    static ApprovalSigner load(Path keyFile) {
        if (!Files.exists(keyFile)) {
            throw new CommandFailure(
                    "there is no key file " + keyFile + "; `domicile approval-key` makes one");
        }
        try {
            return Ledgers.openKey(keyFile, ApprovalSigner::load);
        } catch (IOException e) {
            throw new CommandFailure(
                    "cannot read " + keyFile + ": " + e.getClass().getSimpleName());
        }
    }
}
