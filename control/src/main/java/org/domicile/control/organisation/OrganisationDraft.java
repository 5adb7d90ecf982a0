package org.domicile.control.organisation;

/** The writer of a first {@code organisation.yaml}: a custodian, and how to go on. */
public final class OrganisationDraft {
    private OrganisationDraft() {}

    /**
     * Writes the file.
     *
     * @param jurisdiction whose custodian it names
     * @param country where the custodian is organised, ISO 3166-1 alpha-2
     */
    public static String write(String jurisdiction, String country) {
        return """
        # A first organisation: companies and whose they are, people and for whom they work.
        # docs/organisation.md describes this file; `domicile who NAME` says what follows from it.

        organisation: 1

        rules: [us-dsp-2025] # the laws it goes by

        entities:
          custodian: {name: "The custodian of %1$s", organised_in: %2$s} # who runs this side
          # partner:
          #   name: Partner Pte. Ltd.
          #   organised_in: SG
          #   owners: {public: 60 %%, CN: 40 %%}

        people: # who may ask, by the name they log in with
          # alice:
          #   employer: custodian
          #   sits_in: %2$s
          #   resides_in: %2$s
          #   roles: [data_owner]
          #   teams: [support] # access.cedar says what a team may
        """
                .formatted(jurisdiction, country);
    }
}
