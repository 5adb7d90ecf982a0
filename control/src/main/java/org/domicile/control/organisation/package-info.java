/**
 * People and organisation: {@code organisation.yaml}, read by {@link OrganisationFile} into an
 * {@link Organisation}; {@link Coverage} says who of them is a covered person and why, and {@link
 * OrganisationEditor} changes the file and leaves its comments. {@link ScimPeople} and {@link
 * LdifPeople} read people from elsewhere.
 *
 * <p>The file is described for its writers in {@code docs/organisation.md}. Only {@link
 * OrganisationFile#read(java.nio.file.Path)} touches a file.
 */
@NullMarked
package org.domicile.control.organisation;

import org.jspecify.annotations.NullMarked;
