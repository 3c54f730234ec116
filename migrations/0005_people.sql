ALTER TABLE `person` ADD `badge` text;--> statement-breakpoint
CREATE UNIQUE INDEX `person_badge_unique` ON `person` (`badge`);